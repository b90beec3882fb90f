// What `require` gives: the function itself, as the old package did. Only the CommonJS build has it.
import {
  default as expLeaderElection,
  type ExpConsulOptions,
  type ExpLeaderElectionOptions,
  type LeadershipEmitter,
  type LeadershipEvents,
} from './index.js';

/** Takes part in an election for a key: the call of exp-leader-election. */
function leaderElection(
  options: leaderElection.ExpLeaderElectionOptions,
): leaderElection.LeadershipEmitter {
  return expLeaderElection(options);
}

/** For those who compile `import` to `require` without interop. */
leaderElection.default = leaderElection;

declare namespace leaderElection {
  export type { ExpConsulOptions, ExpLeaderElectionOptions, LeadershipEmitter, LeadershipEvents };
}

export = leaderElection;
