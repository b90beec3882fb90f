import { longestSpreadMs } from '../config/timing/bounds.js';

/**
 * What a contender has learnt of how many others want the same lock. Each refused attempt is a write
 * to Consul's raft log, so a hundred contenders that try at once cost a hundred writes for one free lock.
 *
 * Nobody knows how many they are. But all see when a lock becomes free and when it is taken, and that says
 * enough: where attempts are spread over a window, the first of many comes soon and the first of few
 * late. Who is beaten widens its window until a lock stays free for about four round trips; who wins after
 * a longer wait narrows it.
 */
export interface Contention {
  /** Attempts are drawn from a window of this length, in milliseconds; 0 where there is no contention. */
  readonly windowMs: number;
  /** How long Consul takes to answer while a lock is free, in milliseconds. */
  readonly roundTripMs: number | undefined;
}

/** Before anything was learnt: a single follower must not wait. */
export const noContention: Contention = { windowMs: 0, roundTripMs: undefined };

/** How contention for a free lock ended, as one contender saw it. */
export interface ContentionEnd {
  /** Since when the lock could be had, in milliseconds. */
  readonly afterMs: number;
  /** How long Consul took to answer this contender, in milliseconds; `undefined` where it did not ask. */
  readonly answeredInMs: number | undefined;
  /** Whether somebody else was faster. */
  readonly isBeaten: boolean;
  /** Whether an attempt was refused for it: a write to the raft log in vain. */
  readonly isRefused: boolean;
}

/** Round trips for which a lock should stay free: a look, the attempt, and two of waiting for one's turn. */
const aimedRoundTrips = 4;

/** The first window after a defeat, in round trips: a guess between a few and a hundred others. */
const firstWindowRoundTrips = 16;

/** A window of fewer round trips than this keeps nobody apart, and so few refusals are no herd. */
const leastWindowRoundTrips = 8;

/** By how much one free lock may change the window: contention must be met at once, and is left slowly. */
const change = { most: 8, least: 1 / 4, refused: 2 };

/** What is known once one more free lock was taken. */
export function adjustContention(contention: Contention, end: ContentionEnd): Contention {
  // Clocks that differ let others find the end of a lock-delay sooner, which keeps them apart as well.
  if (end.afterMs <= 0) return contention;
  const roundTripMs = roundTripAfter(contention, end);
  return { roundTripMs, windowMs: windowAfter(contention.windowMs, roundTripMs, end) };
}

/** The mean of the last answers. A lock stays free for somebody's round trip at least. */
function roundTripAfter(
  { roundTripMs }: Contention,
  { answeredInMs, afterMs }: ContentionEnd,
): number {
  if (roundTripMs === undefined) return answeredInMs ?? afterMs;
  return answeredInMs === undefined ? roundTripMs : (roundTripMs + answeredInMs) / 2;
}

function windowAfter(windowMs: number, roundTripMs: number, end: ContentionEnd): number {
  // Without a window the attempt was made at once, so to be beaten means that others did the same.
  if (windowMs === 0) return end.isBeaten ? bounded(firstWindowRoundTrips * roundTripMs) : 0;
  const wanted = (aimedRoundTrips * roundTripMs) / end.afterMs;
  const factor = Math.min(change.most, Math.max(leastChange(end), wanted));
  const next = windowMs * factor;
  return next < leastWindowRoundTrips * roundTripMs ? 0 : bounded(next);
}

/**
 * Only who won alone may have waited too long. To the others a lock also seems to be free for long where the news
 * of its end is late, as it is with many processes on few cores, and then a window must not narrow.
 */
function leastChange({ isBeaten, isRefused }: ContentionEnd): number {
  if (isRefused) return change.refused;
  return isBeaten ? 1 : change.least;
}

const bounded = (windowMs: number): number => Math.min(longestSpreadMs, windowMs);
