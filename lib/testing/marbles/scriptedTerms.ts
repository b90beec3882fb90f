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
import type { Term } from '../../leadership/term.js';
import type { Time } from '../../ports/time.js';

/** How a term learns of its end, and brings it about. */
export interface ScriptedTermParts extends Pick<LeaderElection, 'resign' | 'stepDown'> {
  readonly known$: BehaviorSubject<Leadership | undefined>;
  readonly time: Time;
}

/** The terms of a script. */
export interface ScriptedTerms {
  /** The leader with its term, which is not enumerable, as in an election. */
  readonly bound: (leader: Leader) => Leader;
  /** Waits for the work of a term that is over, for this long at most, and cuts what is left. */
  readonly drained: (leader: Leader, budgetMs: number) => Observable<never>;
  /** Completes once the work of a term has ended. */
  readonly ended: (leader: Leader) => Observable<never>;
}

/** Binds work to the terms of a script, by session, as an election does to its own. */
export function scriptedTerms(parts: ScriptedTermParts): ScriptedTerms {
  const { known$, resign, stepDown, time } = parts;
  const holds = lockHolds();
  const cut = new Set<string>();

  const termOf = ({ sessionId }: Leader): Term => {
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
    bound: (leader) => Object.defineProperty(leader, 'term', { value: termOf(leader) }),
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
