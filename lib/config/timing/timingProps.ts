import * as t from 'io-ts';
import { allOf, option, optionGroup, OptionType } from '../decoding/optionType.js';
import { milliseconds, numberBetween, booleanType } from '../decoding/optionTypes.js';
import type { DetectorOptions, Preset } from '../model/options.js';
import { presets } from './presets.js';
import { timingLimits } from './timingLimits.js';

const within = ({ min, max }: { readonly min: number; readonly max: number }) =>
  milliseconds(min, max);

/** The value itself; which kind is meant was found out before. */
const kind = <K extends DetectorOptions['kind']>(name: K) =>
  option((value): value is K => value === name, `Give '${name}'.`);

/** It stands in paths and in ACL rules, where other characters would have to be escaped. */
const serviceName = option(
  (value): value is string => typeof value === 'string' && /^[A-Za-z0-9._-]{1,100}$/.test(value),
  'Give at most 100 of the characters A-Z a-z 0-9 . _ -',
);

const ttlCheckProps = {
  required: { kind: kind('ttlCheck'), checkTtlMs: within(timingLimits.checkTtlMs) },
  optional: {
    passIntervalMs: within(timingLimits.passIntervalMs),
    serfHealth: booleanType,
    serviceName,
  },
};

const expected =
  "Give { kind: 'sessionTtl' }, or { kind: 'ttlCheck', checkTtlMs } with a number of milliseconds.";

type Judge = Pick<t.Type<DetectorOptions>, 'is' | 'validate'>;

const kinds: Readonly<Record<DetectorOptions['kind'], Judge>> = {
  sessionTtl: optionGroup(
    t.readonly(t.type({ kind: kind('sessionTtl') })),
    { own: ['kind'] },
    expected,
  ),
  ttlCheck: optionGroup(
    allOf(
      t.readonly(t.type(ttlCheckProps.required)),
      t.readonly(t.partial(ttlCheckProps.optional)),
    ),
    { own: Object.values(ttlCheckProps).flatMap((props) => Object.keys(props)) },
    expected,
  ),
};

/** Decodes `DetectorOptions`. */
const detectorCodec = new OptionType<DetectorOptions>(
  'a failure detector',
  (value): value is DetectorOptions => codecOf(value)?.is(value) === true,
  (value, context) =>
    codecOf(value)?.validate(value, context) ?? t.failure(value, context, expected),
  'shown',
);

function codecOf(value: unknown): Judge | undefined {
  const { kind: name } = Object(value) as Partial<Record<string, unknown>>;
  return typeof name === 'string' && Object.hasOwn(kinds, name)
    ? kinds[name as DetectorOptions['kind']]
    : undefined;
}

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
  relyOnFencing: booleanType,
  detector: detectorCodec,
};
