import * as t from 'io-ts';
import type { Observable } from 'rxjs';
import type { Chance } from '../ports/chance.js';
import type { Time } from '../ports/time.js';
import type { Transport } from '../ports/transport.js';
import { allOf } from './allOf.js';
import { consulOptionNames, consulOptionsCodec } from './consulOptionsCodec.js';
import type { JsonObject } from './json.js';
import { option, optionGroup } from './optionCodec.js';
import {
  callable,
  capability,
  isText,
  milliseconds,
  text,
  truthValue,
  unsignedLong,
} from './optionTypes.js';
import { retryOptionNames, retryOptionsCodec } from './retryOptionsCodec.js';
import { timingProps, timingShape } from './timingOptionsCodec.js';

const timeExpected =
  'Give a Time: an object with `now`, a function, and `scheduler`, an rxjs scheduler.';

const time = option(
  (value): value is Time => {
    const { now, scheduler } = (value ?? {}) as Partial<Record<keyof Time, { schedule?: unknown }>>;
    return typeof now === 'function' && typeof scheduler?.schedule === 'function';
  },
  timeExpected,
  'type-only',
);

const requiredProps = {
  key: option(isText, 'Give the key to contend for, for example `locks/reports`.'),
};

const requiredOfGroup = {
  prefix: option(
    isText,
    'Give what all keys of the group begin with, for example `locks/shards/`.',
  ),
};

const sharedProps = {
  ...timingProps,
  consul: consulOptionsCodec,
  // Judged by `metadataProblems`, which names the place inside it.
  metadata: option((value): value is JsonObject => value !== undefined, 'JSON', 'type-only'),
  sessionName: text('a name'),
  nodeChecks: option(
    (value): value is readonly string[] =>
      Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== ''),
    'Give a list of names of health checks, for example ["serfHealth"]; an empty list means none.',
  ),
  lockFlags: unsignedLong,
  retry: retryOptionsCodec,
  transport: capability<Transport>(['request', 'close'], 'a Transport'),
  time,
  chance: callable<Chance>('a function that returns a number from 0 to below 1'),
};

const returnsObservable = 'a function that returns an Observable';

const optionalProps = {
  ...sharedProps,
  beforeRelease: callable<() => Observable<unknown>>(returnsObservable),
};

const optionalOfGroup = {
  ...sharedProps,
  balance: truthValue,
  balanceIntervalMs: milliseconds(100, 3_600_000),
  beforeRelease: callable<(key: string) => Observable<unknown>>(returnsObservable),
};

const nested = [
  ...consulOptionNames.map((name) => `consul.${name}`),
  ...retryOptionNames.map((name) => `retry.${name}`),
];

const ofGroups = 'It is an option of `electionGroup`.';

/** What a group has and a single election has not. */
const electionElsewhere = {
  prefix: 'An election has one whole `key`. `prefix` is for the many of an `electionGroup`.',
  balance: ofGroups,
  balanceIntervalMs: ofGroups,
};

const groupElsewhere = {
  key: 'A group has the `prefix` of its keys; name each by `leadership$(key)` or `election(key)`.',
};

/** The names of all options of an election. */
export const electionOptionNames: readonly string[] = [
  ...Object.keys(requiredProps),
  ...Object.keys(optionalProps),
];

/** Decodes `ElectionOptions`: what each option is by itself. */
export const electionOptionsCodec = optionGroup(
  allOf(t.readonly(t.type(requiredProps)), t.readonly(t.partial(optionalProps))),
  { own: electionOptionNames, nested, elsewhere: electionElsewhere, listedBy: 'ElectionOptions' },
  'Give an object of options with at least a `key`.',
);

const groupOptionNames = [...Object.keys(requiredOfGroup), ...Object.keys(optionalOfGroup)];

/** Decodes `ElectionGroupOptions`: what each option is by itself. */
export const groupOptionsCodec = optionGroup(
  allOf(t.readonly(t.type(requiredOfGroup)), t.readonly(t.partial(optionalOfGroup))),
  { own: groupOptionNames, nested, elsewhere: groupElsewhere, listedBy: 'ElectionGroupOptions' },
  'Give an object of options with at least a `prefix`.',
);

/** Decodes `TimingOptions`. The other options of an election or a group may stand beside them, unseen. */
export const timingOptionsCodec = optionGroup(
  timingShape,
  {
    own: Object.keys(timingProps),
    ignored: [...electionOptionNames, ...groupOptionNames],
    listedBy: 'TimingOptions',
  },
  'Give an object of timing options.',
);
