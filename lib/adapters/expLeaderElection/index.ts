/**
 * The call, the options and the events of the npm package exp-leader-election, on top of
 * `leaderElection`: `import leaderElection from 'rxjs-leader-election/exp-leader-election'`, or the
 * function itself by `require`.
 *
 * @packageDocumentation
 */

export { expLeaderElection as default } from './expLeaderElection.js';
export type { LeadershipEmitter, LeadershipEvents } from './leadershipEmitter.js';
export type { ExpConsulOptions, ExpLeaderElectionOptions } from './options.js';
