import { invalidOptions, settledOrThrown } from './invalidOptions.js';
import { optionProblem } from './optionProblem.js';
import type { TimingOptions } from './options.js';
import { resolveTiming } from './timing.js';
import type { TimingAssumptions, TimingExplanation } from './timingExplanation.js';
import { timingFigures } from './timingFigures.js';
import { timingOutages } from './timingOutages.js';
import { timingSummary } from './timingSummary.js';

/**
 * Says what timings amount to, before anything runs: how long a failover takes, how far the lease
 * stays clear of the next leader, which outages are ridden out and which are not.
 *
 * It is a pure function of the numbers. The whole options of an election may be given; everything
 * but the timings is left unseen.
 *
 * @example
 * ```ts
 * const { crashFailoverMs, summary } = explainTiming({ sessionTtlMs: 10_000, lockDelayMs: 5_000 });
 * console.log(crashFailoverMs.worst); // => 25002
 * console.log(summary);
 * ```
 *
 * @param options - the timings; what is not given has its default
 * @param assumptions - what to count with
 * @throws `INVALID_OPTIONS` when the timings contradict each other or Consul's limits
 */
export function explainTiming(
  options: TimingOptions = {},
  assumptions: TimingAssumptions = {},
): TimingExplanation {
  const roundTripMs = assumptions.roundTripMs ?? 1;
  if (!Number.isFinite(roundTripMs) || roundTripMs < 0) {
    const expected = 'Give a number of milliseconds, 0 or more.';
    throw invalidOptions([optionProblem('roundTripMs', roundTripMs, expected)]);
  }
  const { longestElectionMs, ...figures } = timingFigures(
    settledOrThrown(resolveTiming(options)),
    roundTripMs,
  );
  const outages = timingOutages({ ...figures, longestElectionMs });
  return {
    ...figures,
    ...outages,
    summary: timingSummary({ ...figures, longestElectionMs }, outages),
  };
}
