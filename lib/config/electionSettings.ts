import { consulSettingsFrom } from './consulSettings.js';
import { electionOptionsCodec } from './electionOptionsCodec.js';
import type { Environment } from './environment.js';
import { settledOrThrown } from './invalidOptions.js';
import type { JsonObject } from './json.js';
import { keyProblems } from './key.js';
import { goLockFlags } from './lockFlags.js';
import { metadataProblems } from './metadata.js';
import type { ElectionOptions } from './options.js';
import { resolveRetry } from './retrySettings.js';
import type { ElectionSettings } from './settings.js';
import { soundOptions } from './soundOptions.js';
import { timingFrom } from './timing.js';
import {
  afterProblems,
  type Validated,
  validatedBy,
  validatedRecord,
  validatedSuccess,
} from './validated.js';

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
      consul: consulSettingsFrom(rest.consul ?? {}, environment, 'consul.', refused),
      timing: timingFrom(rest, refused),
      retry: resolveRetry(rest.retry),
      metadata: resolveMetadata(rest.metadata),
      lockFlags: validatedSuccess(rest.lockFlags ?? goLockFlags),
      sessionName: validatedSuccess(rest.sessionName ?? 'rxjs-leader-election'),
      nodeChecks: validatedSuccess<readonly string[]>([...(rest.nodeChecks ?? [])]),
    }),
  );
}

// A key that is missing was reported when the options were decoded.
const resolveKey = (key = ''): Validated<string> => validatedBy(keyProblems(key), () => key);

/** A copy, so that what was checked stays what is written. */
function resolveMetadata(metadata: JsonObject | undefined): Validated<JsonObject | undefined> {
  if (metadata === undefined) return validatedSuccess(undefined);
  return validatedBy(
    metadataProblems(metadata),
    () => JSON.parse(JSON.stringify(metadata)) as JsonObject,
  );
}

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
