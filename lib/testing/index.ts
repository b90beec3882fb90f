/**
 * Consul for tests: simulated on virtual time, or embedded behind HTTP, with faults and seeds.
 *
 * @packageDocumentation
 */

export { virtualTime } from './virtualTime.js';
export type { VirtualTimeOptions } from './virtualTime.js';
export { seededChance } from './seededChance.js';

export { leadershipMarbles } from './marbles/leadershipMarbles.js';
export type {
  LeadershipMarbles,
  LeadershipMarblesOptions,
  ScriptedLeadership,
} from './marbles/leadershipMarbles.js';
export { scriptedElection } from './marbles/scriptedElection.js';
export type { ScriptedElectionOptions } from './marbles/scriptedElection.js';
export { roles } from './marbles/role.js';
export type { Role, RolesOptions } from './marbles/role.js';

export { simulatedConsul } from './simulatedConsul.js';
export type {
  Connection,
  ConnectionOptions,
  SimulatedConsul,
  SimulatedConsulOptions,
} from './simulatedConsul.js';
export { embeddedConsul } from './embeddedConsul.js';
export type { EmbeddedConsul, EmbeddedConsulOptions } from './embeddedConsul.js';
export type {
  ConsulHandle,
  ConsulSnapshot,
  RaftLeaderOptions,
  RestoreOptions,
} from './consulHandle.js';
export type { RecordedRequest } from './recordedRequest.js';
export type { CheckStatus } from './consul/state.js';

export type { Fault } from './fault.js';
export type { Link } from './link.js';
export type { Fail, FailureAnswer } from './failures.js';
export { cutPolls } from './cutPolls.js';
export type { CutPollsOptions } from './cutPolls.js';
export { lostAnswers } from './lostAnswers.js';
export { requestTo } from './requestPredicate.js';
export type { RequestPredicate } from './requestPredicate.js';

export { simulatedMachine } from './simulation/machine.js';
export type { Machine, MachineOptions } from './simulation/machine.js';
export { unreliable } from './simulation/network.js';
export type { NetworkConditions } from './simulation/network.js';
export { planOf } from './simulation/plan.js';
export type { Plan } from './simulation/plan.js';
export { shrunk } from './simulation/shrink.js';
export { simulate } from './simulation/simulate.js';
export type { SimulateOptions } from './simulation/simulate.js';
export type {
  AgentRestart,
  Blow,
  Loss,
  Outage,
  ProcessBlow,
  ProcessOutage,
  RaftElection,
  Refusal,
  Refused,
  Restoration,
  Slowness,
  Trouble,
  WallJump,
} from './simulation/trouble.js';
export type { Happening, History, Rule, Violation } from './simulation/history.js';
