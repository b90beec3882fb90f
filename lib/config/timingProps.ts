import { option } from './optionCodec.js';
import type { Preset } from './options.js';
import { presets } from './presets.js';
import { detectorCodec } from './detectorCodec.js';
import { milliseconds, numberBetween, truthValue } from './optionTypes.js';
import { timingLimits } from './timingLimits.js';

const within = ({ min, max }: { readonly min: number; readonly max: number }) =>
  milliseconds(min, max);

const preset = option(
  (value): value is Preset => typeof value === 'string' && Object.hasOwn(presets, value),
  `Give one of ${Object.keys(presets).join(', ')}.`,
);

/** What each timing option is by itself. */
export const timingProps = {
  preset,
  sessionTtlMs: within(timingLimits.sessionTtlMs),
  lockDelayMs: within(timingLimits.lockDelayMs),
  leaseMs: within(timingLimits.leaseMs),
  stopBudgetMs: within(timingLimits.stopBudgetMs),
  renewIntervalMs: within(timingLimits.renewIntervalMs),
  evidenceIntervalMs: within(timingLimits.evidenceIntervalMs),
  requestTimeoutMs: within(timingLimits.requestTimeoutMs),
  watchWaitMs: within(timingLimits.watchWaitMs),
  clockDrift: numberBetween(timingLimits.clockDrift.min, timingLimits.clockDrift.max),
  relyOnFencing: truthValue,
  detector: detectorCodec,
};
