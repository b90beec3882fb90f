import { longestSpreadMs } from '../config/longestPauses.js';

/**
 * What a contender has learnt of how many others want the same lock. Each refused attempt is a write
 * to Consul's raft log, so a hundred contenders that try at once cost a hundred writes for one vacancy.
 *
 * Nobody knows how many they are. But all see when a vacancy begins and when it ends, and that says
 * enough: where attempts are spread over a window, the first of many comes soon and the first of few
 * late. Each contender adjusts its window until a vacancy lasts for about three round trips.
 */
export interface Crowd {
  /** Attempts are drawn from a window of this length, in milliseconds; 0 where there is no crowd. */
  readonly windowMs: number;
  /** The shortest time in which an attempt of its own was answered, in milliseconds. */
  readonly roundTripMs: number;
}

/** Before anything was learnt: a single follower must not wait. */
export const noCrowd: Crowd = { windowMs: 0, roundTripMs: Infinity };

/** How a vacancy ended, as one contender saw it. */
export interface VacancyEnd {
  /** Since when the lock could be had, in milliseconds. */
  readonly afterMs: number;
  /** Whether somebody else was faster. */
  readonly beaten: boolean;
  /** How long Consul took to answer the attempt, in milliseconds; `undefined` where there was none. */
  readonly answeredInMs: number | undefined;
}

/** Round trips that a vacancy should last: one for the attempt, and two of waiting for one's turn. */
const aimedRoundTrips = 3;

/** The first window after a defeat, in round trips: a guess between a few and a hundred others. */
const firstWindowRoundTrips = 16;

/** A window of fewer round trips than this keeps nobody apart, and so few refusals are no herd. */
const leastWindowRoundTrips = 8;

/** By how much one vacancy may change the window: a crowd must be met at once, and is left slowly. */
const change = { most: 8, least: 1 / 4 };

/** What is known after one more vacancy. */
export function afterVacancy(crowd: Crowd, end: VacancyEnd): Crowd {
  const { afterMs, beaten } = end;
  // Clocks that differ let others find the end of a lock-delay sooner, which keeps them apart as well.
  if (afterMs <= 0) return crowd;
  const roundTripMs = Math.min(crowd.roundTripMs, roundTripOf(crowd, end));
  return { roundTripMs, windowMs: nextWindowMs(crowd.windowMs, roundTripMs, afterMs, beaten) };
}

/** A vacancy lasts for somebody's round trip at least, which has to do where nothing else is known. */
const roundTripOf = (crowd: Crowd, { answeredInMs, afterMs }: VacancyEnd): number =>
  answeredInMs ?? (Number.isFinite(crowd.roundTripMs) ? Infinity : afterMs);

function nextWindowMs(
  windowMs: number,
  roundTripMs: number,
  afterMs: number,
  beaten: boolean,
): number {
  // Without a window the attempt was made at once, so to be beaten means that others did the same.
  if (windowMs === 0) return beaten ? bounded(firstWindowRoundTrips * roundTripMs) : 0;
  const wanted = (aimedRoundTrips * roundTripMs) / afterMs;
  const next = windowMs * Math.min(change.most, Math.max(change.least, wanted));
  return next < leastWindowRoundTrips * roundTripMs ? 0 : bounded(next);
}

const bounded = (windowMs: number): number => Math.min(longestSpreadMs, windowMs);
