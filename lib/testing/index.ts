/**
 * Consul for tests: simulated on virtual time, or embedded behind HTTP, with faults and seeds.
 *
 * @packageDocumentation
 */

export { virtualTime } from './virtualTime.js';
export type { VirtualTimeOptions } from './virtualTime.js';
export { seededChance } from './seededChance.js';

export { simulatedConsul } from './simulatedConsul.js';
export type {
  Connection,
  ConnectionOptions,
  SimulatedConsul,
  SimulatedConsulOptions,
} from './simulatedConsul.js';
export { embeddedConsul } from './embeddedConsul.js';
export type { EmbeddedConsul, EmbeddedConsulOptions } from './embeddedConsul.js';
export type { ConsulHandle, RecordedRequest } from './consulHandle.js';
export type { CheckStatus } from './consul/state.js';

export type { Fault } from './fault.js';
export type { Link } from './link.js';
export type { Fail, FailureAnswer } from './failures.js';
export { lostAnswers } from './lostAnswers.js';
export { requestTo } from './requestPredicate.js';
export type { RequestPredicate } from './requestPredicate.js';
