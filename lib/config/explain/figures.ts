import {
  checkSettling,
  longestPassPauseMs,
  longestHoldMs,
  longestProbePauseMs,
  longestEvidencePauseMs,
  longestRenewalPauseMs,
  longestSpreadMs,
  passTimeoutMs,
} from '../timing/bounds.js';
import { defaultRetry } from '../values/retry.js';
import type { Timing } from '../model/settings.js';
import type {
  TimingExplanation,
  TimingMargins,
  TimingRange,
  TimingTraffic,
} from './explanation.js';

/** The numbers of an explanation, without the sentences. */
export type TimingFigures = Omit<TimingExplanation, 'ridesOut' | 'doesNotRideOut' | 'summary'> & {
  /** Like `longestOutageMs`, for an outage that does not age sessions: a raft election. */
  readonly longestElectionMs: number;
};

/** All numbers of an explanation. */
export function timingFigures(timing: Timing, roundTripMs: number): TimingFigures {
  const longestElectionMs = evidenceRoomMs(timing, roundTripMs);
  const longestServerOutageMs = Math.min(longestElectionMs, renewalRoomMs(timing, roundTripMs));
  const margins = marginsOf(timing);
  return {
    timing,
    roundTripMs,
    crashFailoverMs: crashFailoverOf(timing, roundTripMs),
    nodeFailoverMs: nodeFailoverOf(timing, roundTripMs),
    handoverMs: {
      typical: 2 * roundTripMs,
      worst: 2 * roundTripMs + timing.stopBudgetMs + timing.requestTimeoutMs,
    },
    longestTurnMs: longestSpreadMs,
    stepDownAfterMs: stepDownOf(timing, roundTripMs),
    recoveryMs: recoveryOf(timing, roundTripMs),
    margins,
    overlapMs: Math.max(0, -margins.withDriftMs),
    longestElectionMs,
    longestServerOutageMs,
    longestOutageMs: Math.min(longestServerOutageMs, passRoomMs(timing, roundTripMs)),
    traffic: trafficOf(timing, roundTripMs),
  };
}

/** How long a confirmed lease is acted upon. */
export const usableLeaseMs = ({ leaseMs, stopBudgetMs }: Timing): number => leaseMs - stopBudgetMs;

function crashFailoverOf(timing: Timing, roundTripMs: number): TimingRange {
  const { detector } = timing;
  return detector.kind === 'ttlCheck'
    ? followedAfter(timing, roundTripMs, detector.checkTtlMs, detector.passIntervalMs)
    : expiryFailoverOf(timing, roundTripMs);
}

/** Consul enforces twice the TTL. */
const expiryFailoverOf = (timing: Timing, roundTripMs: number): TimingRange =>
  followedAfter(timing, roundTripMs, 2 * timing.sessionTtlMs, timing.renewIntervalMs);

/**
 * How long after an agent was killed the servers took its `serfHealth` for critical, as measured on
 * Consul 1.8.7 with the gossip of a LAN.
 */
const serfHealthMs = { slowest: 7_000, spread: 1_000 };

function nodeFailoverOf(timing: Timing, roundTripMs: number): TimingRange {
  const { detector } = timing;
  const byExpiry = expiryFailoverOf(timing, roundTripMs);
  return detector.kind === 'ttlCheck' && detector.serfHealth
    ? followedAfter(timing, roundTripMs, serfHealthMs.slowest, serfHealthMs.spread)
    : byExpiry;
}

function followedAfter(
  { lockDelayMs }: Timing,
  roundTripMs: number,
  noticedAfterMs: number,
  spreadMs: number,
): TimingRange {
  const worst = noticedAfterMs + lockDelayMs + 2 * roundTripMs;
  return { best: worst - spreadMs, worst };
}

/** Each interval begins when the answer before it is there. */
function trafficOf(timing: Timing, roundTripMs: number): TimingTraffic {
  const { detector, evidenceIntervalMs, renewIntervalMs, watchWaitMs } = timing;
  const perS = (intervalMs: number): number => 1_000 / (intervalMs + roundTripMs);
  const hasCheck = detector.kind === 'ttlCheck';
  const passesPerS = hasCheck ? perS(detector.passIntervalMs) : 0;
  const followerRequestsPerS = perS(renewIntervalMs) + perS(watchWaitMs) + passesPerS;
  return {
    leaderRequestsPerS: followerRequestsPerS + perS(evidenceIntervalMs),
    followerRequestsPerS,
    passesPerS,
    raftWritesPerHour: 0,
    raftWritesToJoin: hasCheck ? 2 : 1,
    raftWritesToResign: hasCheck ? 3 : 2,
  };
}

/**
 * An abandoned session has to end and a lost poll to time out, side by side; then comes the lock-delay,
 * and beside it a contender whose own session is gone finds that out, makes another, and tries.
 */
function recoveryOf(timing: Timing, roundTripMs: number): number {
  const pollMs = longestHoldMs(timing.watchWaitMs) + timing.requestTimeoutMs;
  const pausesMs = defaultRetry.maxDelayMs + longestProbePauseMs + longestRenewalPauseMs(timing);
  const requestsMs = 3 * timing.requestTimeoutMs + 4 * roundTripMs;
  const checkMs =
    timing.detector.kind === 'ttlCheck'
      ? checkSettling.delaysMs + checkSettling.attempts * timing.requestTimeoutMs
      : 0;
  const endedMs = Math.max(2 * timing.sessionTtlMs, pollMs) + timing.lockDelayMs;
  return endedMs + pausesMs + requestsMs + checkMs + longestSpreadMs;
}

function stepDownOf(timing: Timing, roundTripMs: number): TimingRange {
  const age = timing.evidenceIntervalMs + roundTripMs;
  return { best: Math.max(0, usableLeaseMs(timing) - age), worst: usableLeaseMs(timing) };
}

/**
 * A lease and the lock-delay both begin at the last confirmation at the earliest, whatever ended the
 * session. A slow clock takes `leaseMs / (1 - drift)` of Consul's time to see the lease end.
 */
function marginsOf({ leaseMs, stopBudgetMs, lockDelayMs, clockDrift }: Timing): TimingMargins {
  const before = (localMs: number) => wholeMs(lockDelayMs - localMs / (1 - clockDrift));
  return {
    nominalMs: lockDelayMs - leaseMs,
    withDriftMs: before(leaseMs),
    fromStepDownMs: before(leaseMs - stopBudgetMs),
  };
}

/** Rounds down, but not for the sake of a nanosecond that floating point made up. */
const wholeMs = (value: number): number => Math.floor(value + 1e-6);

/**
 * What is left of a lease when the outage began just before a confirmation and a request was lost just
 * before its end: then come its timeout, a pause, and the try that succeeds.
 */
function evidenceRoomMs(timing: Timing, roundTripMs: number): number {
  const leftMs = usableLeaseMs(timing) - timing.evidenceIntervalMs;
  return roomMs(leftMs - longestEvidencePauseMs(timing), timing, roundTripMs);
}

/** The same for the session, which Consul keeps for twice its TTL after a renewal. */
function renewalRoomMs(timing: Timing, roundTripMs: number): number {
  const leftMs = 2 * timing.sessionTtlMs - timing.renewIntervalMs;
  return roomMs(leftMs - longestRenewalPauseMs(timing), timing, roundTripMs);
}

/** The same for the check, which has to be passed at the agent; none bounds a `sessionTtl`. */
function passRoomMs({ detector, requestTimeoutMs }: Timing, roundTripMs: number): number {
  if (detector.kind === 'sessionTtl') return Infinity;
  const leftMs = detector.checkTtlMs - detector.passIntervalMs - longestPassPauseMs(detector);
  const timeoutMs = passTimeoutMs(detector, requestTimeoutMs);
  return roomMs(leftMs, { requestTimeoutMs: timeoutMs }, roundTripMs);
}

function roomMs(
  leftMs: number,
  { requestTimeoutMs }: Pick<Timing, 'requestTimeoutMs'>,
  roundTripMs: number,
): number {
  // A request that takes longer than its timeout never succeeds.
  if (roundTripMs > requestTimeoutMs) return 0;
  return Math.max(0, Math.floor(leftMs - requestTimeoutMs - 2 * roundTripMs));
}
