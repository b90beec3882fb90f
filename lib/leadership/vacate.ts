import {
  catchError,
  concat,
  defer,
  EMPTY,
  from,
  ignoreElements,
  merge,
  of,
  takeUntil,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { releasedValue } from '../lock/releasedValue.js';
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
 * Gives up a lock in the order that keeps it safe: the work has been told to stop, it is awaited for the
 * stop budget at most, and only then the lock is released.
 *
 * The lock is never released while work still runs within the budget: `whileLeader` holds the lock from
 * before its work begins until it has ended, and the release is sent when nothing holds it any more. At
 * the latest it is sent `stopBudgetMs` after the work was told, when all that still holds has been cut
 * first. What can be unsubscribed has then stopped; a promise may go on, and is reported by `whileLeader`.
 */
export function vacate(
  contender: Contender,
  candidate: Candidate,
  retry: RetryWithBackoffOptions = contender.retry,
): Observable<never> {
  const { consul, key, lockFlags } = contender;
  const { sessionId } = candidate;
  const released$ = defer(() =>
    releaseLock(consul, { key, sessionId, value: releasedValue, flags: lockFlags }, retry),
  );
  return concat(drained(contender, candidate), released$).pipe(ignoreElements());
}

/** Completes once the work of a session has ended or, after the stop budget, was cut. */
export function drained(contender: Contender, candidate: Candidate): Observable<never> {
  const { beforeRelease, consul, holds, onOverrun, timing } = contender;
  const { sessionId } = candidate;
  const spent$ = timer(timing.stopBudgetMs, consul.time.scheduler);
  // Nor for a callback that throws.
  const overrun$ = spent$.pipe(
    tap(onOverrun),
    catchError(() => of(0)),
  );
  const prepared$ = defer(() => (candidate.hasLed ? from(beforeRelease()) : EMPTY)).pipe(
    // A drain that fails has ended too, and the lock must not be kept for it.
    catchError(() => EMPTY),
    takeUntil(overrun$),
  );
  const ended$ = merge(prepared$, holds.ended(sessionId).pipe(takeUntil(spent$))).pipe(
    ignoreElements(),
  );
  const cut$ = defer(() => {
    holds.cut(sessionId);
    candidate.hasLed = false;
    return EMPTY;
  });
  return concat(ended$, cut$);
}
