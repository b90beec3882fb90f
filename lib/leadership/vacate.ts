import {
  catchError,
  concat,
  defer,
  EMPTY,
  ignoreElements,
  takeUntil,
  timer,
  type Observable,
} from 'rxjs';
import { releaseLock } from '../lock/releaseLock.js';
import type { RetryWithBackoffOptions } from '../retry/retryWithBackoff.js';
import type { Contender } from './contender.js';

/** A session in the race, and what it may have to give back. */
export interface Candidate {
  readonly sessionId: string;
  /** Whether Consul may think that it holds the lock: set before every attempt to take it. */
  mayHold: boolean;
  /** Whether it has led since its work was drained. */
  hasLed: boolean;
}

/**
 * Gives up a lock in the order that keeps it safe: the work has been told to stop, what drains it is
 * awaited for the stop budget at most, and only then the lock is released.
 */
export function vacate(
  contender: Contender,
  candidate: Candidate,
  retry: RetryWithBackoffOptions = contender.retry,
): Observable<never> {
  const { consul, key, lockFlags, timing } = contender;
  const { sessionId } = candidate;
  const drained$ = defer(() => (candidate.hasLed ? contender.beforeRelease() : EMPTY)).pipe(
    // A drain that fails has ended too, and the lock must not be kept for it.
    catchError(() => EMPTY),
    takeUntil(timer(timing.stopBudgetMs, consul.time.scheduler)),
  );
  const released$ = defer(() => {
    candidate.hasLed = false;
    return releaseLock(consul, { key, sessionId, value: '', flags: lockFlags }, retry);
  });
  return concat(drained$, released$).pipe(ignoreElements());
}
