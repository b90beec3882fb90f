/**
 * Consul for tests: simulated on virtual time, or embedded behind HTTP, with faults and seeds.
 *
 * @packageDocumentation
 */

export { virtualTime } from './time/virtualTime.js';
export type { VirtualTimeOptions } from './time/virtualTime.js';
export { seededChance } from './time/seededChance.js';

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
export { embeddedConsul } from './embedded/embeddedConsul.js';
export type { EmbeddedConsul, EmbeddedConsulOptions } from './embedded/embeddedConsul.js';
export type {
  ConsulHandle,
  ConsulSnapshot,
  RaftLeaderOptions,
  RestoreOptions,
} from './consul/consulHandle.js';
export type { RecordedRequest } from './faults/recordedRequest.js';
export type { CheckStatus } from './consul/model/state.js';

export type { Fault } from './faults/fault.js';
export type { Link } from './faults/link.js';
export type { Fail, FailureAnswer } from './faults/failures.js';
export { cutPolls } from './faults/cutPolls.js';
export type { CutPollsOptions } from './faults/cutPolls.js';
export { lostAnswers } from './faults/lostAnswers.js';
export { requestTo } from './faults/requestPredicate.js';
export type { RequestPredicate } from './faults/requestPredicate.js';

export { simulatedMachine } from './simulation/world/machine.js';
export type { Machine, MachineOptions } from './simulation/world/machine.js';
export { unreliable } from './simulation/world/network.js';
export type { NetworkConditions } from './simulation/world/network.js';
export { planOf } from './simulation/plans/plan.js';
export type { GroupPlan } from './simulation/plans/groupPlan.js';
export type { Plan } from './simulation/plans/plan.js';
export type { WorkPlan } from './simulation/plans/workPlan.js';
export { shrink } from './simulation/plans/shrink.js';
export { simulate } from './simulation/simulate.js';
export type { SimulateOptions } from './simulation/simulate.js';
export type {
  AgentRestart,
  PointFault,
  KeyLeave,
  Loss,
  Outage,
  ProcessPointFault,
  ProcessOutage,
  RaftElection,
  Refusal,
  RefusedRequests,
  Restoration,
  Slowness,
  SimulatedFault,
  WallJump,
} from './simulation/plans/simulatedFault.js';
export type { HistoryEntry, History, Rule, Violation } from './simulation/checkers/history.js';
