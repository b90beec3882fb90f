import { longestHoldMs } from '../config/timing/bounds.js';

/** How long a watch lets Consul hold a poll back, and what it has learnt of cuts on the way. */
export interface PollPace {
  /** How long the next poll may be held back, in milliseconds. */
  readonly waitMs: number;
  /** The longest wait: the one that was asked for. */
  readonly maxWaitMs: number;
  /** Polls in a row that were cut off. */
  readonly cuts: number;
  /** Polls in a row that ran to the end of this wait. */
  readonly calmPolls: number;
  /** After how many such polls a longer wait is tried. */
  readonly patience: number;
  /** Whether this wait is such a try. */
  readonly isTrial: boolean;
}

/** The shortest wait, in milliseconds: below it, a watch would be polling. */
const leastWaitMs = 1_000;

/**
 * A request that took longer than this, in milliseconds, was held back; an ordinary one takes a few. It is
 * below any read timeout that makes sense for a proxy.
 */
const heldMs = 1_000;

/**
 * Cuts in a row that are no trouble. One is enough to learn the age at which a proxy cuts; the others are
 * for polls that are cut at other ages, as by a proxy that restarts.
 */
const mostCuts = 3;

/**
 * Polls that have to run to their end before a longer wait is tried, and how far that may grow: each try
 * that is cut again doubles it, so that a proxy of ten seconds is tried about six times in its first hour
 * and once in two hours later.
 */
const patience = { first: 8, most: 1_024 };

/** What is kept between the end of a poll and the age at which it would be cut: a tenth, or this many milliseconds. */
const leastMarginMs = 250;

/** The pace of a watch that has not been cut yet. */
export const freshPace = (maxWaitMs: number): PollPace => ({
  waitMs: maxWaitMs,
  maxWaitMs,
  cuts: 0,
  calmPolls: 0,
  patience: patience.first,
  isTrial: false,
});

/**
 * The pace after a poll that was cut off at an age, in milliseconds; `undefined` where that is trouble.
 *
 * It is none where Consul was holding the poll back. A poll that ends at once, or later than Consul would
 * have answered it, has failed like any other request, and so has one after too many cuts in a row.
 */
export function afterCut(pace: PollPace, ageMs: number): PollPace | undefined {
  const wasHeld = ageMs >= heldMs && ageMs <= longestHoldMs(pace.waitMs);
  if (!wasHeld || pace.cuts >= mostCuts) return undefined;
  const marginMs = Math.max(leastMarginMs, ageMs / 10);
  const below = Math.floor(((ageMs - marginMs) * 16) / 17);
  return {
    ...pace,
    waitMs: Math.min(pace.waitMs, Math.max(leastWaitMs, below)),
    cuts: pace.cuts + 1,
    calmPolls: 0,
    patience: pace.isTrial ? Math.min(patience.most, pace.patience * 2) : pace.patience,
    isTrial: false,
  };
}

/** The pace after an answer; `ranToEnd` where Consul held the poll back for its whole wait. */
export function afterAnswer(pace: PollPace, ranToEnd: boolean): PollPace {
  if (pace.waitMs === pace.maxWaitMs && pace.cuts === 0) return pace;
  // An answer that comes early says nothing about the age at which polls are cut.
  if (!ranToEnd) return pace.cuts === 0 ? pace : { ...pace, cuts: 0 };
  const calmPolls = pace.calmPolls + 1;
  const isTrial = calmPolls >= pace.patience && pace.waitMs < pace.maxWaitMs;
  return {
    ...pace,
    waitMs: isTrial ? Math.min(pace.maxWaitMs, pace.waitMs * 2) : pace.waitMs,
    cuts: 0,
    calmPolls: isTrial ? 0 : calmPolls,
    // What cut the polls is gone.
    patience: pace.isTrial ? patience.first : pace.patience,
    isTrial,
  };
}
