import { EMPTY, type Observable } from 'rxjs';
import type { Environment } from '../config/decoding/environment.js';
import { groupSettings, keyUnder } from '../config/groupSettings.js';
import type { ElectionGroupOptions } from '../config/model/options.js';
import { contextOf } from '../leadership/contenderOf.js';
import { awaitableEnd, type AwaitableObservable } from '../leadership/awaitableObservable.js';
import type { LeaderElection } from '../leadership/leaderElection.js';
import type { Leadership } from '../leadership/leadership.js';
import { readHeldKeys } from '../lock/readHeldKeys.js';
import type { GroupContext } from './group.js';
import { groupRuns } from './groupRuns.js';
import { keyElections } from './keyElections.js';

/** One process's part in many elections that share what they cost. */
export interface ElectionGroup {
  /**
   * The election for a key of the group: all that a single {@link LeaderElection} has, with the same
   * meaning, for this key alone. Asking twice gives the same election.
   *
   * `resign()` leaves the election of this key, and emits once its lock is free; the session ends
   * with the last key. A release that fails is tried again for as long as the session lasts.
   *
   * @param key - without the prefix, for example `17` for `locks/shards/17`
   * @throws `INVALID_OPTIONS` where it cannot be a key
   */
  readonly election: (key: string) => LeaderElection;
  /** The `leadership$` of a key's election. The `key` of its values is the whole one. */
  // eslint-disable-next-line rxjs-x/finnish -- it is called, and named after what it gives
  readonly leadership$: (key: string) => Observable<Leadership>;
  /** The latest `Leadership` of a key, without a subscription; see `LeaderElection.state`. */
  readonly state: (key: string) => Leadership | undefined;
  /** Whether this process leads the key at the moment of the call; see `LeaderElection.isLeader`. */
  readonly isLeader: (key: string) => boolean;
  /** The keys that this process leads at the moment of the call, without the prefix, sorted. */
  readonly leading: () => readonly string[];
  /**
   * Leaves all elections, when you subscribe or await: the last state of every key is `Follower`, work is
   * drained, all locks are released, the session is destroyed, and every `leadership$` completes. Emits
   * `undefined` once Consul has confirmed, and completes; errors when it could not.
   */
  readonly resign: () => AwaitableObservable<void>;
}

/**
 * Many elections in one process, for keys under one prefix: they share one session with its renewals,
 * one read that shows that the locks are held, and one watch, so that a thousand cost about as much as one.
 *
 * Joining or leaving one key disturbs no other. When the session is lost all its keys are, and one new
 * session contends for all of them again.
 *
 * The guarantees are those of {@link leaderElection}, key by key, and so is what is not guaranteed. A
 * key that somebody deletes or releases by hand is noticed by the watch alone.
 *
 * Nothing is sent before somebody subscribes to the leadership of a key.
 *
 * @param options - only `prefix` is needed; Consul is found through its usual environment variables
 * @throws `INVALID_OPTIONS` naming all problems at once
 *
 * @example
 * ```ts
 * const group = electionGroup({ prefix: 'locks/shards/' });
 * from(['1', '2', '3'])
 *   .pipe(
 *     mergeMap((shard) =>
 *       group.leadership$(shard).pipe(whileLeader((leader) => reports$(leader.fencingToken))),
 *     ),
 *   )
 *   .subscribe();
 * ```
 */
export function electionGroup(options: ElectionGroupOptions): ElectionGroup {
  return groupIn(process.env, options);
}

function groupIn(environment: Environment, options: ElectionGroupOptions): ElectionGroup {
  const settings = groupSettings(options, environment);
  const { balance, prefix } = settings;
  const nameOf = (key: string): string => key.slice(prefix.length);
  const shared = contextOf(settings, options);
  const context: GroupContext = {
    ...shared,
    ...{ balance, prefix },
    readHeld: (sessionId) => readHeldKeys(shared.consul, prefix, sessionId),
    beforeRelease: (key) => options.beforeRelease?.(nameOf(key)) ?? EMPTY,
    onOverrun: (key) => options.onOverrun?.(nameOf(key)),
  };
  const runs = groupRuns(context);
  const elections = keyElections(runs);
  const election = (key: string): LeaderElection => elections.of(keyUnder(prefix, key));

  return {
    election,
    // eslint-disable-next-line rxjs-x/finnish -- it is called, and named after what it gives
    leadership$: (key) => election(key).leadership$,
    state: (key) => election(key).state,
    isLeader: (key) => election(key).isLeader(),
    leading: () => elections.leading().map(nameOf).sort(),
    resign: () => awaitableEnd(runs.resigned$),
  };
}
