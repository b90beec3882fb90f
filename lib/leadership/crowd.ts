import { longestSpreadMs } from '../config/timing/bounds.js';

/**
 * What a contender has learnt of how many others want the same lock. Each refused attempt is a write
 * to Consul's raft log, so a hundred contenders that try at once cost a hundred writes for one vacancy.
 *
 * Nobody knows how many they are. But all see when a vacancy begins and when it ends, and that says
 * enough: where attempts are spread over a window, the first of many comes soon and the first of few
 * late. Who is beaten widens its window until a vacancy lasts for about four round trips; who wins after
 * a longer wait narrows it.
 */
export interface Crowd {
  /** Attempts are drawn from a window of this length, in milliseconds; 0 where there is no crowd. */
  readonly windowMs: number;
  /** How long Consul takes to answer at a vacancy, in milliseconds. */
  readonly roundTripMs: number | undefined;
}

/** Before anything was learnt: a single follower must not wait. */
export const noCrowd: Crowd = { windowMs: 0, roundTripMs: undefined };

/** How a vacancy ended, as one contender saw it. */
export interface VacancyEnd {
  /** Since when the lock could be had, in milliseconds. */
  readonly afterMs: number;
  /** How long Consul took to answer this contender, in milliseconds; `undefined` where it did not ask. */
  readonly answeredInMs: number | undefined;
  /** Whether somebody else was faster. */
  readonly isBeaten: boolean;
  /** Whether an attempt was refused for it: a write to the raft log in vain. */
  readonly isRefused: boolean;
}

/** Round trips that a vacancy should last: a look, the attempt, and two of waiting for one's turn. */
const aimedRoundTrips = 4;

/** The first window after a defeat, in round trips: a guess between a few and a hundred others. */
const firstWindowRoundTrips = 16;

/** A window of fewer round trips than this keeps nobody apart, and so few refusals are no herd. */
const leastWindowRoundTrips = 8;

/** By how much one vacancy may change the window: a crowd must be met at once, and is left slowly. */
const change = { most: 8, least: 1 / 4, refused: 2 };

/** What is known after one more vacancy. */
export function afterVacancy(crowd: Crowd, end: VacancyEnd): Crowd {
  // Clocks that differ let others find the end of a lock-delay sooner, which keeps them apart as well.
  if (end.afterMs <= 0) return crowd;
  const roundTripMs = roundTripAfter(crowd, end);
  return { roundTripMs, windowMs: windowAfter(crowd.windowMs, roundTripMs, end) };
}

/** The mean of the last answers. A vacancy lasts for somebody's round trip at least. */
function roundTripAfter({ roundTripMs }: Crowd, { answeredInMs, afterMs }: VacancyEnd): number {
  if (roundTripMs === undefined) return answeredInMs ?? afterMs;
  return answeredInMs === undefined ? roundTripMs : (roundTripMs + answeredInMs) / 2;
}

function windowAfter(windowMs: number, roundTripMs: number, end: VacancyEnd): number {
  // Without a window the attempt was made at once, so to be beaten means that others did the same.
  if (windowMs === 0) return end.isBeaten ? bounded(firstWindowRoundTrips * roundTripMs) : 0;
  const wanted = (aimedRoundTrips * roundTripMs) / end.afterMs;
  const factor = Math.min(change.most, Math.max(leastChange(end), wanted));
  const next = windowMs * factor;
  return next < leastWindowRoundTrips * roundTripMs ? 0 : bounded(next);
}

/**
 * Only who won alone may have waited too long. To the others a vacancy also seems long where the news
 * of its end is late, as it is with many processes on few cores, and then a window must not narrow.
 */
function leastChange({ isBeaten, isRefused }: VacancyEnd): number {
  if (isRefused) return change.refused;
  return isBeaten ? 1 : change.least;
}

const bounded = (windowMs: number): number => Math.min(longestSpreadMs, windowMs);
