import {
  type BehaviorSubject,
  defer,
  EMPTY,
  filter,
  type Observable,
  of,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { elapsedMs } from '../ports/instant.js';
import type { Contender } from './contender.js';
import { awaitable, type AwaitableObservable } from './awaitableObservable.js';
import { remainingMs } from './lease.js';
import type { Tenure } from './tenure.js';
import type { ElectionState, Holding } from './transition.js';

/** How a tenure learns of its end, and brings it about. */
export interface TenureParts {
  /** What is known, the latest first. */
  readonly known$: BehaviorSubject<ElectionState | undefined>;
  readonly stepDown: () => AwaitableObservable<void>;
  readonly resign: () => AwaitableObservable<void>;
}

/**
 * The tenure that a state belongs to.
 *
 * Its work is cut no later than at the end of the lease, of which the stop budget is the last part: a
 * lapse is told at the beginning of that part, and a resignation before it, since an overdue lease
 * lapses first. So nobody else can lead while it is drained, whatever becomes of the session meanwhile.
 */
export function tenureOf(
  { consul, holds, timing }: Contender,
  { known$, stepDown, resign }: TenureParts,
  state: Holding,
): Tenure {
  const { now, scheduler } = consul.time;
  const { sessionId, since } = state;
  // An unbroken lease hands its beginning on; a regained one begins anew.
  const isThis = (other: ElectionState | undefined): other is Holding =>
    other?.kind === 'Holding' && other.sessionId === sessionId && other.since === since;
  const lasts = (): boolean => {
    const known = known$.value;
    return isThis(known) && !known.lapsed && remainingMs(timing, known.provenAt, now()) > 0;
  };
  let last = state;
  const restMs = (): number => timing.leaseMs - elapsedMs(last.provenAt, now());
  const leaseEnd = (): Observable<unknown> =>
    known$.pipe(
      tap((known) => {
        if (isThis(known)) last = known;
      }),
      filter((known) => !isThis(known) || known.lapsed),
      take(1),
      // A process that slept learns of the end when the lease has already ended.
      switchMap(() => (restMs() > 0 ? timer(restMs(), scheduler) : of(0))),
    );
  return {
    lasts,
    hasTime: () => restMs() > 0,
    hold$: defer(() => (lasts() ? holds.hold(sessionId).pipe(takeUntil(leaseEnd())) : EMPTY)),
    stepDown: () => awaitable(defer(() => (lasts() ? stepDown() : of(undefined)))),
    resign,
  };
}
