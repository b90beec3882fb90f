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
import type { Claim } from './lockClaim.js';

/**
 * Completes once the work under a lock has ended or, after the stop budget, was cut: what has to be awaited
 * before the lock is released.
 *
 * The lock is never released while work still runs within the budget: `whileLeader` holds the lock from
 * before its work begins until it has ended, and the release is sent when nothing holds it any more. At
 * the latest it is sent `stopBudgetMs` after the work was told, when all that still holds has been cut
 * first. What can be unsubscribed has then stopped; a promise may go on, and is reported by `whileLeader`.
 */
export function drained(claim: Claim): Observable<never> {
  const { beforeRelease, consul, holds, onOverrun, timing } = claim.contender;
  const { sessionId } = claim;
  const spent$ = timer(timing.stopBudgetMs, consul.time.scheduler);
  // Nor for a callback that throws.
  const overrun$ = spent$.pipe(
    tap(onOverrun),
    catchError(() => of(0)),
  );
  const prepared$ = defer(() => (claim.hasLed ? from(beforeRelease()) : EMPTY)).pipe(
    // A drain that fails has ended too, and the lock must not be kept for it.
    catchError(() => EMPTY),
    takeUntil(overrun$),
  );
  const ended$ = merge(prepared$, holds.ended(sessionId).pipe(takeUntil(spent$))).pipe(
    ignoreElements(),
  );
  const cut$ = defer(() => {
    holds.cut(sessionId);
    claim.hasLed = false;
    return EMPTY;
  });
  return concat(ended$, cut$);
}
