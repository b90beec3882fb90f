import * as t from 'io-ts';
import { optionGroup } from '../decoding/optionType.js';
import { invalidOptions, optionProblem, getOrThrow } from '../decoding/problems.js';
import { electionOptionNames } from '../electionSettings.js';
import { groupOptionNames } from '../groupSettings.js';
import type { TimingOptions } from '../model/options.js';
import type { Timing } from '../model/settings.js';
import { decodeOptions } from '../decoding/decodeOptions.js';
import { afterProblems, type Validated } from '../decoding/validated.js';
import { timingFrom } from '../timing/timing.js';
import { timingProps } from '../timing/timingProps.js';
import type { TimingAssumptions, TimingExplanation } from './explanation.js';
import { timingFigures } from './figures.js';
import { timingOutages } from './outages.js';
import { timingSummary } from './summary.js';

/** Decodes `TimingOptions`. The other options of an election or a group may stand beside them, unseen. */
export const timingOptionsCodec = optionGroup(
  t.readonly(t.partial(timingProps)),
  {
    own: Object.keys(timingProps),
    ignored: [...electionOptionNames, ...groupOptionNames],
    listedBy: 'TimingOptions',
  },
  'Give an object of timing options.',
);

/** The timings of an election, completed and checked together; all problems at once. */
export function resolveTiming(options: unknown): Validated<Timing> {
  const sound = decodeOptions(timingOptionsCodec, options);
  return afterProblems(sound.problems, timingFrom(sound.options, sound.refused));
}

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
    const expected = 'Give a number of milliseconds, at least 0.';
    throw invalidOptions([optionProblem('roundTripMs', roundTripMs, expected)]);
  }
  const { longestElectionMs, ...figures } = timingFigures(
    getOrThrow(resolveTiming(options)),
    roundTripMs,
  );
  const outages = timingOutages({ ...figures, longestElectionMs });
  return {
    ...figures,
    ...outages,
    summary: timingSummary({ ...figures, longestElectionMs }, outages),
  };
}
