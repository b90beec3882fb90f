import type { Chance } from '../ports/chance.js';
import type { Time } from '../ports/time.js';
import type { Transport } from '../ports/transport.js';
import { consulOptionNames, consulOptionsCodec } from './consul/consulOptionsCodec.js';
import { consulSettingsFrom } from './consul/consulSettings.js';
import type { Environment } from './decoding/environment.js';
import { option } from './decoding/optionType.js';
import { functionType, objectWithMethods, text, uint64 } from './decoding/optionTypes.js';
import { type Validated, validatedBy, validatedSuccess } from './decoding/validated.js';
import type { JsonObject } from './model/json.js';
import type { ElectionOptions } from './model/options.js';
import type { SharedSettings } from './model/settings.js';
import { timingFrom } from './timing/timing.js';
import { timingProps } from './timing/timingProps.js';
import { metadataProblems } from './values/metadata.js';
import { resolveRetry, retryOptionNames, retryOptionsCodec } from './values/retry.js';

/** A record of parts, each settled or with its problems. */
type Parts<S> = { readonly [Name in keyof S]: Validated<S[Name]> };

/** What a single election and a group are told alike. */
export function sharedParts(
  options: Partial<Omit<ElectionOptions, 'key' | 'beforeRelease' | 'onOverrun'>>,
  environment: Environment,
  refused: ReadonlySet<string>,
): Parts<SharedSettings> {
  return {
    consul: consulSettingsFrom(options.consul ?? {}, environment, 'consul.', refused),
    timing: timingFrom(options, refused),
    retry: resolveRetry(options.retry),
    metadata: resolveMetadata(options.metadata),
    lockFlags: validatedSuccess(options.lockFlags ?? goLockFlags),
    sessionName: validatedSuccess(options.sessionName ?? 'rxjs-leader-election'),
    nodeChecks: validatedSuccess<readonly string[]>([...(options.nodeChecks ?? [])]),
  };
}

/** A copy, so that what was checked stays what is written. */
function resolveMetadata(metadata: JsonObject | undefined): Validated<JsonObject | undefined> {
  if (metadata === undefined) return validatedSuccess(undefined);
  return validatedBy(
    metadataProblems(metadata),
    () => JSON.parse(JSON.stringify(metadata)) as JsonObject,
  );
}

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
    'Give a list of health check names, for example ["serfHealth"]; [] means none.',
  ),
  lockFlags: uint64,
  retry: retryOptionsCodec,
  transport: objectWithMethods<Transport>(['request', 'close'], 'a Transport'),
  time,
  chance: functionType<Chance>('a function that returns a number from 0 to below 1'),
};

/** What a callback is to be that a release waits for. */
export const returnsObservable = 'a function that returns an observable or a promise';

/** The options a level below, as `consul.token`. */
export const nestedNames = [
  ...consulOptionNames.map((name) => `consul.${name}`),
  ...retryOptionNames.map((name) => `retry.${name}`),
];

/**
 * The flags that Go's lock writes and demands on a key, `LockFlagValue` of Consul's api package:
 * https://github.com/hashicorp/consul/blob/main/api/lock.go. The number is above 2^53, hence a bigint.
 */
export const goLockFlags = 0x2ddccbc058a50c18n;
