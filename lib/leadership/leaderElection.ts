import { defer, map, Subject, type Observable } from 'rxjs';
import type { Environment } from '../config/decoding/environment.js';
import type { KeyOperation } from '../consul/txn/operations.js';
import type { ElectionOptions } from '../config/model/options.js';
import { awaitable, awaitableEnd, type AwaitableObservable } from './awaitableObservable.js';
import type { Contender } from './contender.js';
import { contenderOf } from './contenderOf.js';
import { electionStates } from './electionStates.js';
import type { LockReport } from './electionEvent.js';
import { fencedTransaction, type FencedAnswer, type TermAccess } from './fencedTransaction.js';
import { handovers } from './handovers.js';
import { knowledge } from './knowledge.js';
import type { Leadership } from './leadership.js';
import { sessionRegister } from './sessionRegister.js';
import type { ElectionState } from './transition.js';
import { unjoinedWarnings, type UnjoinedWarning } from './unjoinedWarnings.js';
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
   * The latest value of `leadership$`, without a subscription: for a health endpoint or a log line.
   * `undefined` until the first value is known, and while nothing is subscribed to `leadership$`.
   *
   * It is a `Leader` only while `isLeader()` is true, also where a stalled event loop has kept the stream
   * from saying so. A getter: do not copy it out of the election.
   *
   * @example
   * ```ts
   * election.leadership$.pipe(take(1)).subscribe(() => console.log(election.state?.kind)); // => Follower
   * ```
   */
  readonly state: Leadership | undefined;
  /**
   * Whether this process leads at the moment of the call. It compares clocks, so it is right even
   * where a stalled event loop has kept the stream from saying so.
   *
   * It is always `false` until something subscribes to `leadership$`; asking before that causes one
   * process warning, `ELECTION_NOT_JOINED`.
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
   *
   * @example
   * ```ts
   * if (await election.verify()) console.log('send the invoices');
   * ```
   */
  readonly verify: () => AwaitableObservable<boolean>;
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
  ) => AwaitableObservable<FencedAnswer<O>>;
  /**
   * Leaves the election, when you subscribe or await: the last state is `Follower`, work is drained, the
   * lock released, the session destroyed, and `leadership$` completes. Emits `undefined` once Consul has
   * confirmed, and completes; errors when it could not, in which case the session ends by its TTL. A later
   * subscription to `leadership$` joins anew.
   *
   * @example
   * ```ts
   * await election.resign();
   * console.log('the lock is free'); // => the lock is free
   * ```
   */
  readonly resign: () => AwaitableObservable<void>;
  /**
   * Hands leadership over, when you subscribe or await, and stays a contender: work is drained, the lock
   * released, and the others go first for a second. Emits `undefined` once the lock is free, and completes;
   * at once for a follower. Where the release fails, the session is ended instead, and this waits for that;
   * it errors when Consul cannot be told of either, and then the session ends by its TTL.
   *
   * Work that waits for it holds up the release that it waits for, until the stop budget is spent: inside
   * of work, subscribe to it and end.
   */
  readonly stepDown: () => AwaitableObservable<void>;
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
  const lockReport$ = new Subject<LockReport>();
  const sessions = sessionRegister(contender);
  const handover = handovers(sessions.ended, contender.consul.time.scheduler);
  const commands = { resign$, stepDown$, lockReport$, track: sessions.track };
  return electionFrom(contender, {
    state$: electionStates(contender, { ...commands, trackHandover: handover.track }),
    warning: unjoinedWarnings()(contender.key),
    report: (lockReport) => {
      lockReport$.next(lockReport);
    },
    resigned$: defer(() => {
      resign$.next();
      return sessions.ended();
    }),
    steppedDown$: defer(() => {
      stepDown$.next();
      return handover.ended();
    }),
  });
}

/** What an election is made of, whether it stands alone or is one of a group. */
export interface ElectionParts extends Pick<TermAccess, 'report'> {
  /** What is known after each event; contends while subscribed. */
  readonly state$: Observable<ElectionState>;
  /** Leaves the election; completes once that is done. */
  readonly resigned$: Observable<never>;
  /** Hands leadership over; completes once the lock is given back. */
  readonly steppedDown$: Observable<never>;
  readonly warning: UnjoinedWarning;
}

/** An election made of its parts. */
export function electionFrom(contender: Contender, parts: ElectionParts): LeaderElection {
  const { report, resigned$, state$, steppedDown$, warning } = parts;
  const resign = () => awaitableEnd(resigned$);
  const stepDown = () => awaitableEnd(steppedDown$);
  const joined$ = defer(() => {
    warning.joined();
    return state$;
  });
  const { known, latest, ...knows } = knowledge(contender, joined$, { resign, stepDown });
  const access: TermAccess = { known, report };
  const leaseRemainingMs = (): number => {
    warning.asked();
    return knows.leaseRemainingMs();
  };
  const isLeader = (): boolean => leaseRemainingMs() > 0;
  const verified$ = defer(() => {
    warning.asked();
    return verify(contender, known);
  }).pipe(map((held) => held && isLeader()));

  return {
    leadership$: knows.leadership$,
    get state() {
      return latest();
    },
    leaseRemainingMs,
    isLeader,
    verify: () => awaitable(verified$),
    fencedTransaction: (operations) => {
      warning.asked();
      return awaitable(fencedTransaction(contender, access, operations));
    },
    resign,
    stepDown,
  };
}
