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
import type { Term } from './term.js';
import type { ElectionState, Holding } from './transition.js';

/** How a term learns of its end, and brings it about. */
export interface TermParts {
  /** What is known, the latest first. */
  readonly known$: BehaviorSubject<ElectionState | undefined>;
  readonly stepDown: () => AwaitableObservable<void>;
  readonly resign: () => AwaitableObservable<void>;
}

/**
 * The term that a state belongs to.
 *
 * Its work is cut no later than at the end of the lease, of which the stop budget is the last part: a
 * expire is told at the beginning of that part, and a resignation before it, since an overdue lease
 * expires first. So nobody else can lead while it is drained, whatever becomes of the session meanwhile.
 */
export function termOf(
  { consul, holds, timing }: Contender,
  { known$, stepDown, resign }: TermParts,
  state: Holding,
): Term {
  const { now, scheduler } = consul.time;
  const { sessionId, since } = state;
  // An unbroken lease hands its beginning on; a regained one begins anew.
  const isThis = (other: ElectionState | undefined): other is Holding =>
    other?.kind === 'Holding' && other.sessionId === sessionId && other.since === since;
  const lasts = (): boolean => {
    const known = known$.value;
    return isThis(known) && !known.expired && remainingMs(timing, known.confirmedAt, now()) > 0;
  };
  let last = state;
  const restMs = (): number => timing.leaseMs - elapsedMs(last.confirmedAt, now());
  const leaseEnd = (): Observable<unknown> =>
    known$.pipe(
      tap((known) => {
        if (isThis(known)) last = known;
      }),
      filter((known) => !isThis(known) || known.expired),
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
