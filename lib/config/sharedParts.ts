import { consulSettingsFrom } from './consulSettings.js';
import type { Environment } from './environment.js';
import type { JsonObject } from './json.js';
import { goLockFlags } from './lockFlags.js';
import { metadataProblems } from './metadata.js';
import type { ElectionOptions } from './options.js';
import { resolveRetry } from './retrySettings.js';
import type { SharedSettings } from './settings.js';
import { timingFrom } from './timing.js';
import { type Validated, validatedBy, validatedSuccess } from './validated.js';

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
