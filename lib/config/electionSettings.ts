import { electionOptionsCodec } from './electionOptionsCodec.js';
import type { Environment } from './environment.js';
import { settledOrThrown } from './invalidOptions.js';
import { keyProblems } from './key.js';
import type { ElectionOptions } from './options.js';
import type { ElectionSettings } from './settings.js';
import { sharedParts } from './sharedParts.js';
import { soundOptions } from './soundOptions.js';
import { afterProblems, type Validated, validatedBy, validatedRecord } from './validated.js';

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
  const { options: rest, problems, refused } = soundOptions(electionOptionsCodec, options);
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
  return settledOrThrown(resolveElectionSettings(options, environment));
}
