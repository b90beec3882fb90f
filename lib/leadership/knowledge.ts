import { BehaviorSubject, ReplaySubject, share, tap, type Observable } from 'rxjs';
import type { Contender } from './contender.js';
import { leaderships } from './electionStates.js';
import type { Leadership } from './leadership.js';
import { leadershipOf } from './leadershipOf.js';
import { remainingMs } from './lease.js';
import { termOf, type TermParts } from './termOf.js';
import type { ElectionState } from './transition.js';

/** What a contender tells its subscribers, and what can be asked of it at any moment. */
export interface Knowledge {
  /** What is told to all, the latest first. */
  readonly leadership$: Observable<Leadership>;
  /** What is known now; `undefined` before the first event and while nobody is subscribed. */
  readonly known: () => ElectionState | undefined;
  /** The latest of `leadership$`, except that a lease which has just ended counts as ended. */
  readonly latest: () => Leadership | undefined;
  /** What is left of the lease, in milliseconds; 0 for a follower. */
  readonly leaseRemainingMs: () => number;
}

/**
 * @param state$ - what is known after each event; contends while subscribed
 * @param commands - what a term can ask of its election
 */
export function knowledge(
  contender: Contender,
  state$: Observable<ElectionState>,
  commands: Pick<TermParts, 'resign' | 'stepDown'>,
): Knowledge {
  const { consul, key, timing } = contender;
  const known$ = new BehaviorSubject<ElectionState | undefined>(undefined);
  let told: Leadership | undefined;
  const leadership$ = state$.pipe(
    tap((state) => known$.next(state)),
    leaderships(contender, (state) => termOf(contender, { ...commands, known$ }, state)),
    tap({
      next: (leadership) => {
        told = leadership;
      },
      finalize: () => {
        told = undefined;
        known$.next(undefined);
      },
    }),
    share({ connector: () => new ReplaySubject(1) }),
  );
  const leaseRemainingMs = (): number => {
    const state = known$.value;
    if (state?.kind !== 'Holding' || state.expired) return 0;
    return Math.max(0, remainingMs(timing, state.confirmedAt, consul.time.now()));
  };
  return {
    leadership$,
    leaseRemainingMs,
    known: () => known$.value,
    latest: () => {
      const state = known$.value;
      // A stalled event loop has not told of the end yet, and a health check must not say otherwise.
      return state?.kind === 'Holding' && told?.kind === 'Leader' && leaseRemainingMs() === 0
        ? leadershipOf(key, timing, { ...state, expired: true })
        : told;
    },
  };
}
