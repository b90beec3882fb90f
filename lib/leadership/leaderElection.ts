import {
  BehaviorSubject,
  defer,
  EMPTY,
  map,
  ReplaySubject,
  share,
  Subject,
  tap,
  type Observable,
} from 'rxjs';
import type { Environment } from '../config/environment.js';
import type { KeyOperation } from '../config/keyOperation.js';
import type { ElectionOptions } from '../config/options.js';
import type { Contender } from './contender.js';
import { contenderOf } from './contenderOf.js';
import type { Leadership } from './leadership.js';
import { electionStates, leaderships } from './electionStates.js';
import type { Finding } from './electionEvent.js';
import { fencedTransaction, type FencedAnswer, type TenureAccess } from './fencedTransaction.js';
import { remainingMs } from './lease.js';
import { sessionRegister } from './sessionRegister.js';
import { tenureOf } from './tenureOf.js';
import type { ElectionState } from './transition.js';
import { verify } from './verify.js';

/** One process's part in an election. */
export interface LeaderElection {
  /**
   * Who leads, seen from this process: shared among its subscribers, the latest value first. The
   * first subscriber joins the election, the last one to leave resigns.
   *
   * It does not error on its own: trouble is a value of the kind `Error`, and the election goes on.
   * With `retry: false` trouble is an error.
   */
  readonly leadership$: Observable<Leadership>;
  /**
   * Whether this process leads at the moment of the call. It compares clocks, so it is right even
   * where a stalled event loop has kept the stream from saying so.
   */
  readonly isLeader: () => boolean;
  /** For how long leadership may still be claimed without new evidence, in milliseconds; 0 for a follower. */
  readonly leaseRemainingMs: () => number;
  /**
   * Asks Consul, on subscription, whether this process leads: emits the answer once and completes;
   * `false` at once for a follower. `true` means that the lock was this process's after the call, as
   * the raft leader made sure, and that the lease still holds when the answer is there: a check before
   * something that must not be done twice. Errors as a request does when Consul does not answer.
   *
   * It costs a round trip and does not replace the fencing token: what you do next takes time, too.
   *
   * @example
   * ```ts
   * election.verify().pipe(filter(Boolean), concatMap(() => sendInvoices$)).subscribe();
   * ```
   */
  readonly verify: () => Observable<boolean>;
  /**
   * Applies operations to Consul's key-value store on subscription, all or none, and only if this
   * process still leads when Consul applies them: what a former leader sends late is refused.
   *
   * Emits once and completes: `committed` with the result of each operation; `refused` when the
   * condition of an operation did not hold; `fenced` when this process does not lead, in which case it
   * has stepped down when the answer is there. A follower is `fenced` at once, without a request.
   *
   * Errors as a request does. After one that is `retryable` it is not known whether it was applied;
   * trying again is safe where doing it twice is, as with `set`, or with `cas` and `check-index`.
   *
   * @param operations - at most 62, in 512 KiB together with their fence; none may change the key of the
   * election. They are applied in their order, each seeing the ones before it.
   * @throws `INVALID_OPTIONS` naming all problems at once, before anything is sent
   *
   * @example
   * ```ts
   * election
   *   .fencedTransaction([
   *     { verb: 'cas', key: 'reports/last', value: '42', modifyIndex: 17 },
   *     { verb: 'delete', key: 'reports/due' },
   *   ])
   *   .subscribe((answer) => {
   *     if (answer.kind === 'committed') console.log(answer.results[0].modifyIndex);
   *   });
   * ```
   */
  readonly fencedTransaction: <const O extends readonly KeyOperation[]>(
    operations: O,
  ) => Observable<FencedAnswer<O>>;
  /**
   * Leaves the election, on subscription: the last state is `Follower`, work is drained, the lock
   * released, the session destroyed, then `leadership$` completes. Emits nothing and completes once
   * Consul has confirmed; errors when it could not, in which case the session ends by its TTL. A later
   * subscription to `leadership$` joins anew.
   */
  readonly resign: () => Observable<never>;
  /**
   * Hands leadership over, on subscription, and stays a contender: the lock is released, and the
   * others are let first for a second. Completes at once; without effect for a follower.
   */
  readonly stepDown: () => Observable<never>;
}

/**
 * An election: of all processes that contend for the key, one leads.
 *
 * Not guaranteed: that writes of a former leader cannot arrive late (send `fencingToken` with them),
 * and that two processes never lead at once when somebody deletes the key, or Consul is restored
 * from a snapshot. Otherwise they never do, as long as clocks differ in rate by no
 * more than `clockDrift` and the lease is not longer than the lock-delay covers, which is checked.
 *
 * Nothing is sent before somebody subscribes to `leadership$`.
 *
 * @param options - only `key` is needed; Consul is found through its usual environment variables
 * @throws `INVALID_OPTIONS` naming all problems at once
 *
 * @example
 * ```ts
 * const election = leaderElection({ key: 'locks/reports' });
 * election.leadership$
 *   .pipe(whileLeader((leader) => reports$(leader.fencingToken)))
 *   .subscribe();
 * ```
 */
export function leaderElection(options: ElectionOptions): LeaderElection {
  return electionIn(process.env, options);
}

/** The same with variables of one's own choice instead of the process's. */
export function electionIn(environment: Environment, options: ElectionOptions): LeaderElection {
  return electionOf(contenderOf(options, environment));
}

function electionOf(contender: Contender): LeaderElection {
  // Commands come from outside of any stream, which is what a subject is for.
  const resign$ = new Subject<void>();
  const stepDown$ = new Subject<void>();
  const found$ = new Subject<Finding>();
  const sessions = sessionRegister(contender);
  return electionFrom(contender, {
    state$: electionStates(contender, { resign$, stepDown$, found$, track: sessions.track }),
    report: (finding) => {
      found$.next(finding);
    },
    resign: () =>
      defer(() => {
        resign$.next();
        return sessions.ended();
      }),
    stepDown: () =>
      defer(() => {
        stepDown$.next();
        return EMPTY;
      }),
  });
}

/** What an election is made of, whether it stands alone or is one of a group. */
export interface ElectionParts
  extends Pick<TenureAccess, 'report'>, Pick<LeaderElection, 'resign' | 'stepDown'> {
  /** What is known after each event; contends while subscribed. */
  readonly state$: Observable<ElectionState>;
}

/** An election made of its parts. */
export function electionFrom(contender: Contender, parts: ElectionParts): LeaderElection {
  const { report, resign, stepDown } = parts;
  const { leadership$, known } = knowing(contender, parts);
  const access: TenureAccess = { known, report };
  const leaseRemainingMs = (): number => leftOf(contender, known());
  const isLeader = (): boolean => leaseRemainingMs() > 0;

  return {
    leadership$,
    leaseRemainingMs,
    isLeader,
    verify: () => defer(() => verify(contender, known)).pipe(map((held) => held && isLeader())),
    fencedTransaction: (operations) => fencedTransaction(contender, access, operations),
    resign,
    stepDown,
  };
}

/** What the contender says to all, and what it knows at the moment. */
function knowing(contender: Contender, { state$, resign, stepDown }: ElectionParts) {
  const known$ = new BehaviorSubject<ElectionState | undefined>(undefined);
  const leadership$ = state$.pipe(
    tap({
      next: (state) => known$.next(state),
      finalize: () => known$.next(undefined),
    }),
    leaderships(contender, (state) => tenureOf(contender, { resign, stepDown, known$ }, state)),
    share({ connector: () => new ReplaySubject(1) }),
  );
  return { leadership$, known: () => known$.value };
}

function leftOf({ consul, timing }: Contender, state: ElectionState | undefined): number {
  if (state?.kind !== 'Holding' || state.lapsed) return 0;
  return Math.max(0, remainingMs(timing, state.provenAt, consul.time.now()));
}
