import type { ElectionOptions } from '../../../config/model/options.js';
import { electionGroup } from '../../../group/electionGroup.js';
import type { AwaitableObservable } from '../../../leadership/awaitableObservable.js';
import { leaderElection, type LeaderElection } from '../../../leadership/leaderElection.js';
import type { GroupPlan } from '../plans/groupPlan.js';

/** Makes an election. */
export type Elect = (options: ElectionOptions) => LeaderElection;

/** How a process takes part: by one election, or by those of a group. */
export interface ProcessElections {
  readonly keys: readonly string[];
  /** The election for one of the keys. */
  readonly electionOf: (key: string) => LeaderElection;
  /** Leaves all of them. */
  readonly resign: () => AwaitableObservable<void>;
}

const singleKey = 'locks/simulated';
const prefix = 'locks/simulated/';

/** The keys for which the processes of a world contend. */
export const keysOf = (group: GroupPlan | undefined): readonly string[] =>
  group === undefined
    ? [singleKey]
    : Array.from({ length: group.keys }, (_, index) => `${prefix}${index}`);

/** Takes part in the elections of a world. */
export function processElections(
  group: GroupPlan | undefined,
  options: Omit<ElectionOptions, 'key' | 'beforeRelease' | 'onOverrun'>,
  elect: Elect = leaderElection,
): ProcessElections {
  const keys = keysOf(group);
  if (group === undefined) {
    const election = elect({ ...options, key: singleKey });
    return { keys, electionOf: () => election, resign: election.resign };
  }
  const { election, resign } = electionGroup({ ...options, prefix, balance: group.balance });
  return { keys, electionOf: (key) => election(key.slice(prefix.length)), resign };
}
