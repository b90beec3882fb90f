import {
  concat,
  defer,
  EMPTY,
  of,
  takeUntil,
  timer,
  type BehaviorSubject,
  type Observable,
} from 'rxjs';
import { awaitable } from '../../leadership/awaitableObservable.js';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import type { Leader, Leadership } from '../../leadership/leadership.js';
import { lockHolds } from '../../leadership/lockHolds.js';
import type { Tenure } from '../../leadership/tenure.js';
import type { Time } from '../../ports/time.js';

/** How a tenure learns of its end, and brings it about. */
export interface ScriptedTenureParts extends Pick<LeaderElection, 'resign' | 'stepDown'> {
  readonly known$: BehaviorSubject<Leadership | undefined>;
  readonly time: Time;
}

/** The tenures of a script. */
export interface ScriptedTenures {
  /** The leader with its tenure, which is not enumerable, as in an election. */
  readonly bound: (leader: Leader) => Leader;
  /** Waits for the work of a tenure that is over, for this long at most, and cuts what is left. */
  readonly drained: (leader: Leader, budgetMs: number) => Observable<never>;
  /** Completes once the work of a tenure has ended. */
  readonly ended: (leader: Leader) => Observable<never>;
}

/** Binds work to the tenures of a script, by session, as an election does to its own. */
export function scriptedTenures(parts: ScriptedTenureParts): ScriptedTenures {
  const { known$, resign, stepDown, time } = parts;
  const holds = lockHolds();
  const cut = new Set<string>();

  const tenureOf = ({ sessionId }: Leader): Tenure => {
    const lasts = (): boolean => {
      const known = known$.value;
      return known?.kind === 'Leader' && known.sessionId === sessionId;
    };
    return {
      lasts,
      hasTime: () => !cut.has(sessionId),
      hold$: defer(() => (lasts() ? holds.hold(sessionId) : EMPTY)),
      stepDown: () => awaitable(defer(() => (lasts() ? stepDown() : of(undefined)))),
      resign,
    };
  };

  return {
    bound: (leader) => Object.defineProperty(leader, 'tenure', { value: tenureOf(leader) }),
    drained: ({ sessionId }, budgetMs) =>
      concat(
        budgetMs > 0
          ? holds.ended(sessionId).pipe(takeUntil(timer(budgetMs, time.scheduler)))
          : EMPTY,
        defer(() => {
          cut.add(sessionId);
          holds.cut(sessionId);
          return EMPTY;
        }),
      ),
    ended: ({ sessionId }) => holds.ended(sessionId),
  };
}
