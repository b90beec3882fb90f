import * as t from 'io-ts';
import type { ObservableInput } from 'rxjs';
import { decodeOptions } from './decoding/decodeOptions.js';
import type { Environment } from './decoding/environment.js';
import { otherNames } from './decoding/nearestName.js';
import { allOf, option, optionGroup } from './decoding/optionType.js';
import { functionType, isNonEmptyString } from './decoding/optionTypes.js';
import { getOrThrow } from './decoding/problems.js';
import {
  afterProblems,
  type Validated,
  validatedBy,
  validatedRecord,
} from './decoding/validated.js';
import type { ElectionOptions } from './model/options.js';
import type { ElectionSettings } from './model/settings.js';
import { nestedNames, returnsObservable, sharedParts, sharedProps } from './sharedSettings.js';
import { keyProblems } from './values/key.js';

/**
 * Everything an election needs to know, from options and Consul's variables; all problems at once.
 *
 * @param options - `ElectionOptions`, not yet checked
 * @param environment - variables by name, as in `process.env`; empty ones count as unset
 */
export function resolveElectionSettings(
  options: unknown,
  environment: Environment,
): Validated<ElectionSettings> {
  const { options: rest, problems, refused } = decodeOptions(electionOptionsCodec, options);
  return afterProblems(
    problems,
    validatedRecord({
      key: resolveKey(rest.key),
      ...sharedParts(rest, environment, refused),
    }),
  );
}

// A key that is missing was reported when the options were decoded.
const resolveKey = (key = ''): Validated<string> => validatedBy(keyProblems(key), () => key);

/**
 * Like {@link resolveElectionSettings}, but throws.
 *
 * @throws an `INVALID_OPTIONS` {@link ElectionError} that lists every problem, one per line
 */
export function electionSettings(
  options: ElectionOptions,
  environment: Environment,
): ElectionSettings {
  return getOrThrow(resolveElectionSettings(options, environment));
}

const requiredProps = {
  key: option(isNonEmptyString, 'Give the key to contend for, for example `locks/reports`.'),
};

const optionalProps = {
  ...sharedProps,
  beforeRelease: functionType<() => ObservableInput<unknown>>(returnsObservable),
  onOverrun: functionType<() => void>('a function'),
};

const ofGroups = 'Only `electionGroup` has this option.';

/** What a group has and a single election has not. */
const elsewhere = {
  ...otherNames,
  prefix: 'Give the whole `key`. `prefix` is an option of `electionGroup`, for many keys.',
  balance: ofGroups,
  balanceIntervalMs: ofGroups,
};

/** The names of all options of an election. */
export const electionOptionNames: readonly string[] = [
  ...Object.keys(requiredProps),
  ...Object.keys(optionalProps),
];

/** Decodes `ElectionOptions`: what each option is by itself. */
export const electionOptionsCodec = optionGroup(
  allOf(t.readonly(t.type(requiredProps)), t.readonly(t.partial(optionalProps))),
  { own: electionOptionNames, nested: nestedNames, elsewhere, listedBy: 'ElectionOptions' },
  'Give an object of options with at least a `key`.',
);
