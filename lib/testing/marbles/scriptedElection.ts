import { defer, of, tap, throwError, type Observable } from 'rxjs';
import type { KeyOperation } from '../../consul/txn/operations.js';
import { decodeOperations } from '../../consul/txn/operationsCodec.js';
import { awaitable } from '../../leadership/awaitableObservable.js';
import type { FencedAnswer } from '../../leadership/fencedTransaction.js';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import { systemTime, type Time } from '../../ports/time.js';
import type { Role } from './role.js';
import { scriptedPart } from './scriptedPart.js';

/** What a {@link scriptedElection} is besides its roles. Everything is optional. */
export interface ScriptedElectionOptions {
  /** The contended key. Defaults to `locks/reports`. */
  readonly key?: string;
  /**
   * How long the lease is, in milliseconds; it does not run out while the script says `L`. Defaults to
   * 10000.
   */
  readonly leaseMs?: number;
  /**
   * How long work is drained after a resignation, a step-down or an `E`, in milliseconds, as in the last
   * part of a lease. Defaults to 500.
   */
  readonly stopBudgetMs?: number;
  /** Clocks and timers, for example {@link virtualTime}. Defaults to the machine's. */
  readonly time?: Time;
  /**
   * Answers the fenced transactions of a leader; a follower's are `fenced` without it. Defaults to an
   * error, since a script has no store.
   */
  readonly fencedTransaction?: (operations: readonly KeyOperation[]) => Observable<FencedAnswer>;
}

/**
 * An election by a script, for a service that takes a `LeaderElection`: it says who leads when the script
 * does, and otherwise does what one of `leaderElection` does. Work is stopped and drained, also by
 * `resign()` and `stepDown()`; `isLeader()` and `verify()` are true while the script says `L`. No Consul
 * stands behind it and no other contender: for these there is {@link simulatedConsul}.
 *
 * ```
 * role$:        F--L-----E--L----
 * stepDown():         !
 * leadership$:  F--L--V--E--L----
 * ```
 *
 * The script begins when the election is joined, and anew when it is joined again after a resignation. An
 * end of the script is a resignation that somebody else has asked for; its error is that of `leadership$`.
 * In a marble test `election` of {@link leadershipMarbles} makes one from a diagram.
 *
 * @param role$ - who leads: `L` this process, `F` another one, `V` nobody, `E` it is not known
 * @param options - what its states have in common, and the time by which they are told
 *
 * @example By hand
 * ```ts
 * const role$ = new Subject<Role>();
 * const scripted = scriptedElection(role$);
 * scripted.leadership$.pipe(whileLeader(work)).subscribe((done) => console.log(done));
 * role$.next('L'); // => work under 13
 * console.log(scripted.isLeader()); // => true
 * scripted.stepDown().subscribe();
 * console.log(scripted.isLeader()); // => false
 * role$.next('L'); // => work under 23
 * ```
 */
export function scriptedElection(
  role$: Observable<Role>,
  options: ScriptedElectionOptions = {},
): LeaderElection {
  const { key = 'locks/reports', leaseMs = 10_000, stopBudgetMs = 500 } = options;
  const { time = systemTime, fencedTransaction = storeless } = options;
  const settings = { key, leaseMs, stopBudgetMs, time };
  const { leadership$, isLeader, resign, state, stepDown, lose } = scriptedPart(role$, settings);
  return {
    leadership$,
    get state() {
      return state();
    },
    isLeader,
    leaseRemainingMs: () => (isLeader() ? leaseMs : 0),
    verify: () => awaitable(defer(() => of(isLeader()))),
    fencedTransaction: (operations) => {
      const sound = decodeOperations(operations, key);
      const answer$ = defer(() =>
        isLeader()
          ? // When a fence has failed, leadership is over by the time of the answer.
            fencedTransaction(sound).pipe(tap(({ kind }) => kind === 'fenced' && lose()))
          : of(fenced),
      );
      // Whoever wrote the answers knows what was asked; the compiler cannot.
      return awaitable(answer$ as Observable<FencedAnswer<typeof operations>>);
    },
    resign,
    stepDown,
  };
}

const fenced: FencedAnswer = { kind: 'fenced' };

const storeless = (): Observable<never> =>
  throwError(
    () =>
      new Error(
        'A scripted election has no store. Set the option `fencedTransaction: (operations) => of(...)` to ' +
          'answer, or use leaderElection with simulatedConsul.',
      ),
  );
