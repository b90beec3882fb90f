import * as t from 'io-ts';
import type { ObservableInput } from 'rxjs';
import type { OptionProblem } from '../errors.js';
import { decodeOptions } from './decoding/decodeOptions.js';
import type { Environment } from './decoding/environment.js';
import { otherNames } from './decoding/nearestName.js';
import { allOf, option, optionGroup } from './decoding/optionType.js';
import {
  functionType,
  isNonEmptyString,
  milliseconds,
  booleanType,
} from './decoding/optionTypes.js';
import { optionProblem, getOrThrow } from './decoding/problems.js';
import {
  afterProblems,
  type Validated,
  validatedBy,
  validatedRecord,
  validatedSuccess,
} from './decoding/validated.js';
import type { ElectionGroupOptions } from './model/options.js';
import type { Balance, GroupSettings } from './model/settings.js';
import { nestedNames, returnsObservable, sharedParts, sharedProps } from './sharedSettings.js';
import { keyProblems } from './values/key.js';

/**
 * Everything a group needs to know, from options and Consul's variables.
 *
 * @throws an `INVALID_OPTIONS` {@link ElectionError} that lists every problem, one per line
 */
export function groupSettings(
  given: ElectionGroupOptions,
  environment: Environment,
): GroupSettings {
  const { options, problems, refused } = decodeOptions(groupOptionsCodec, given);
  return getOrThrow(
    afterProblems(
      problems,
      validatedRecord({
        prefix: resolvePrefix(options.prefix),
        balance: validatedSuccess(balanceOf(options)),
        ...sharedParts(options, environment, refused),
      }),
    ),
  );
}

/** Time between two steps towards even shares: work that is handed over has to start anew. */
const defaultBalanceIntervalMs = 1_000;

const balanceOf = ({
  balance = false,
  balanceIntervalMs = defaultBalanceIntervalMs,
}: Partial<ElectionGroupOptions>): Balance | undefined =>
  balance ? { intervalMs: balanceIntervalMs } : undefined;

/** Under the prefix: where processes register that they take part. */
export const contendersFolder = '.contenders/';

/**
 * The whole key of a group's key.
 *
 * @throws `INVALID_OPTIONS` where it cannot be one
 */
export function keyUnder(prefix: string, key: string): string {
  const whole = `${prefix}${key}`;
  const problems =
    typeof key === 'string' && key !== ''
      ? [...keyProblems(whole), ...reservedProblems(key)]
      : [
          optionProblem(
            'key',
            key,
            'Give the key without the prefix of the group, for example `17`.',
          ),
        ];
  return getOrThrow(validatedBy(problems, () => whole));
}

const reservedProblems = (key: string): readonly OptionProblem[] =>
  key.startsWith(contendersFolder)
    ? [
        optionProblem(
          'key',
          key,
          `Start the key differently: ${contendersFolder} is where processes register themselves.`,
        ),
      ]
    : [];

// A prefix that is missing was reported when the options were decoded.
function resolvePrefix(prefix = 'locks/'): Validated<string> {
  return validatedBy(prefixProblems(prefix), () => prefix);
}

function prefixProblems(prefix: string): readonly OptionProblem[] {
  const folder = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  const slash = prefix.endsWith('/')
    ? []
    : [
        optionProblem(
          'prefix',
          prefix,
          'End the prefix with a slash, for example `locks/shards/`; otherwise it would also match other keys.',
        ),
      ];
  return [...slash, ...keyProblems(folder, 'prefix')];
}

const requiredProps = {
  prefix: option(
    isNonEmptyString,
    'Give the prefix of all keys of the group, for example `locks/shards/`.',
  ),
};

const optionalProps = {
  ...sharedProps,
  balance: booleanType,
  balanceIntervalMs: milliseconds(100, 3_600_000),
  beforeRelease: functionType<(key: string) => ObservableInput<unknown>>(returnsObservable),
  onOverrun: functionType<(key: string) => void>('a function'),
};

const elsewhere = {
  ...otherNames,
  key: 'Give the `prefix` of its keys. Name each key in `leadership$(key)` or `election(key)`.',
};

/** The names of all options of a group. */
export const groupOptionNames: readonly string[] = [
  ...Object.keys(requiredProps),
  ...Object.keys(optionalProps),
];

/** Decodes `ElectionGroupOptions`: what each option is by itself. */
const groupOptionsCodec = optionGroup(
  allOf(t.readonly(t.type(requiredProps)), t.readonly(t.partial(optionalProps))),
  { own: groupOptionNames, nested: nestedNames, elsewhere, listedBy: 'ElectionGroupOptions' },
  'Give an object of options with at least a `prefix`.',
);
