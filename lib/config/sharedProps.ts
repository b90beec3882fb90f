import type { Chance } from '../ports/chance.js';
import type { Time } from '../ports/time.js';
import type { Transport } from '../ports/transport.js';
import { consulOptionNames, consulOptionsCodec } from './consulOptionsCodec.js';
import type { JsonObject } from './json.js';
import { option } from './optionCodec.js';
import { callable, capability, text, unsignedLong } from './optionTypes.js';
import { retryOptionNames, retryOptionsCodec } from './retryOptionsCodec.js';
import { timingProps } from './timingProps.js';

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

/** What each option is by itself that elections and groups have in common. */
export const sharedProps = {
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

/** What a callback is to be that a release waits for. */
export const returnsObservable = 'a function that returns an observable or a promise';

/** The options a level below, as `consul.token`. */
export const nestedNames = [
  ...consulOptionNames.map((name) => `consul.${name}`),
  ...retryOptionNames.map((name) => `retry.${name}`),
];
