import type { OptionProblem } from '../errors.js';
import { groupOptionsCodec } from './groupOptionsCodec.js';
import type { Environment } from './environment.js';
import { settledOrThrown } from './invalidOptions.js';
import { keyProblems } from './key.js';
import { optionProblem } from './optionProblem.js';
import type { ElectionGroupOptions } from './options.js';
import type { Balance, GroupSettings } from './settings.js';
import { sharedParts } from './sharedParts.js';
import { soundOptions } from './soundOptions.js';
import {
  afterProblems,
  type Validated,
  validatedBy,
  validatedRecord,
  validatedSuccess,
} from './validated.js';

/**
 * Everything a group needs to know, from options and Consul's variables.
 *
 * @throws an `INVALID_OPTIONS` {@link ElectionError} that lists every problem, one per line
 */
export function groupSettings(
  given: ElectionGroupOptions,
  environment: Environment,
): GroupSettings {
  const { options, problems, refused } = soundOptions(groupOptionsCodec, given);
  return settledOrThrown(
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

/** Under the prefix: where processes announce that they take part. */
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
      : [optionProblem('key', key, 'Give the key without the prefix of the group, as in `17`.')];
  return settledOrThrown(validatedBy(problems, () => whole));
}

const reservedProblems = (key: string): readonly OptionProblem[] =>
  key.startsWith(contendersFolder)
    ? [
        optionProblem(
          'key',
          key,
          `Begin the key with something else than ${contendersFolder}, where processes announce themselves.`,
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
          'End the prefix with a slash, as in `locks/shards/`: otherwise it would take in the keys of its neighbours.',
        ),
      ];
  return [...slash, ...keyProblems(folder, 'prefix')];
}
