/**
 * Leader election on Consul as one RxJS stream. The exports stand in the order of the flow:
 * configuration, errors, ports, Consul, session, lock and watch, leadership, operators.
 *
 * @packageDocumentation
 */

// Configuration
export type {
  ConsulOptions,
  DetectorOptions,
  ElectionGroupOptions,
  ElectionOptions,
  Preset,
  RetryOptions,
  TimingOptions,
  TlsOptions,
  TtlCheckOptions,
} from './config/model/options.js';
export type {
  CasOperation,
  CheckIndexOperation,
  CheckNotExistsOperation,
  DeleteCasOperation,
  DeleteOperation,
  DeleteTreeOperation,
  GetOperation,
  KeyOperation,
  SetOperation,
} from './consul/txn/operations.js';
export type { JsonObject, JsonValue } from './config/model/json.js';
export type {
  Backoff,
  ConsulScope,
  Detector,
  SessionTtlDetector,
  Timing,
  TtlCheckDetector,
} from './config/model/settings.js';
export { explainTiming } from './config/explain/explainTiming.js';
export type {
  HandoverTime,
  TimingAssumptions,
  TimingExplanation,
  TimingMargins,
  TimingRange,
  TimingTraffic,
} from './config/explain/explanation.js';

// Errors
export { isElectionError } from './errors.js';
export type {
  ElectionError,
  ElectionErrorOf,
  ErrorCode,
  ErrorDetails,
  OptionProblem,
} from './errors.js';

// Ports
export { elapsedMs, type Instant } from './ports/instant.js';
export type { Chance } from './ports/chance.js';
export { systemTime, type Time } from './ports/time.js';
export type { Transport, TransportRequest, TransportResponse } from './ports/transport.js';

// Consul
export { consulFrom, type ConsulParts } from './consul/consulFrom.js';
export type { Consul } from './consul/http/consul.js';
export type {
  AcquireAnswer,
  AcquiredAnswer,
  CreatedSession,
  KeyEntry,
  KeyReading,
  PrefixReading,
  RefusalReason,
  RefusedAnswer,
  RenewedSession,
  SessionInfo,
} from './consul/http/answers.js';
export { createSession, type SessionSpec } from './consul/session/createSession.js';
export { renewSession } from './consul/session/renewSession.js';
export { destroySession } from './consul/session/destroySession.js';
export { registerCheck, type CheckSpec } from './consul/agent/ttlCheck.js';
export { passCheck } from './consul/agent/ttlCheck.js';
export { deregisterCheck } from './consul/agent/ttlCheck.js';
export { readSession, type ReadSessionOptions } from './consul/session/readSession.js';
export { readPrefix } from './consul/kv/readKey.js';
export { readKey, type BlockingWait, type ReadKeyOptions } from './consul/kv/readKey.js';
export { readRaftLeader } from './consul/status/readRaftLeader.js';
export type {
  OperationFailure,
  OperationResult,
  WrittenEntry,
} from './consul/txn/fencedTransaction.js';

// Session
export { session$ } from './session/session.js';
export { withSession, type SessionOptions } from './session/withSession.js';
export type { KeepAliveOptions } from './session/keepAlive.js';
export { withTtlCheck, type PassingOptions } from './session/withTtlCheck.js';
export type { Track } from './session/bracket.js';

// Lock and watch
export { acquireLock } from './lock/acquireLock.js';
export type { AcquireRequest } from './consul/txn/acquire.js';
export type { ExpectedEntry, WantedLock } from './consul/txn/acquire.js';
export { releaseLock } from './lock/releaseLock.js';
export type { ReleaseRequest } from './consul/txn/release.js';
export { releasedValue } from './lock/releasedValue.js';
export {
  readEvidence,
  type AbsentEvidence,
  type Evidence,
  type HeldEvidence,
} from './lock/readEvidence.js';
export { FencingToken } from './lock/fencingToken.js';
export { watchKey, type Observation, type WatchOptions } from './watch/watchKey.js';
export { watchPrefix, type PrefixObservation } from './watch/watchPrefix.js';

// Leadership
export { leaderElection, type LeaderElection } from './leadership/leaderElection.js';
export type { AwaitableObservable } from './leadership/awaitableObservable.js';
export type { Committed, Fenced, FencedAnswer, Refused } from './leadership/fencedTransaction.js';
export type {
  Follower,
  Leader,
  LeaderInfo,
  Leadership,
  LeadershipError,
} from './leadership/leadership.js';
export type { Term } from './leadership/term.js';

// Group
export { electionGroup, type ElectionGroup } from './group/electionGroup.js';

// Operators
export { whileLeader } from './operators/work/whileLeader.js';
export type { WhileLeaderOptions, WorkErrorPolicy } from './operators/work/whileLeaderOptions.js';
export type { StopSignal } from './operators/work/stopSignal.js';
export { switchByRole, type RoleSources } from './operators/work/switchByRole.js';
export { passWhileLeading } from './operators/gates/passWhileLeading.js';
export {
  bufferUntilLeading,
  type BufferOrDrop,
  type BufferOrError,
  type BufferUntilLeadingOptions,
} from './operators/gates/bufferUntilLeading.js';
export { isLeading } from './operators/views/isLeading.js';
export { currentLeader, type CurrentLeader } from './operators/views/currentLeader.js';
export { distinctRole } from './operators/views/distinctRole.js';
export { settled, type SettledOptions } from './operators/views/settled.js';
export { contendWhile } from './operators/joining/contendWhile.js';
export { untilSignal } from './operators/joining/untilSignal.js';
export { resignOnSignal } from './operators/joining/resignOnSignal.js';
export type { EndSignal } from './ports/processSignals.js';
export {
  retryWithBackoff,
  type Recovery,
  type RetriedFailure,
  type RetryWithBackoffOptions,
} from './retry/retryWithBackoff.js';
