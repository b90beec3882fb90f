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
import type { Contender } from './contender.js';

/**
 * Gives up a lock in the order that keeps it safe: the work has been told to stop, what drains it is
 * awaited for the stop budget at most, and only then the lock is released.
 */
export function vacate(contender: Contender, sessionId: string): Observable<never> {
  const { consul, key, lockFlags, retry, timing } = contender;
  const drained$ = defer(contender.beforeRelease).pipe(
    // A drain that fails has ended too, and the lock must not be kept for it.
    catchError(() => EMPTY),
    takeUntil(timer(timing.stopBudgetMs, consul.time.scheduler)),
  );
  const released$ = releaseLock(consul, { key, sessionId, value: '', flags: lockFlags }, retry);
  return concat(drained$, released$).pipe(ignoreElements());
}
