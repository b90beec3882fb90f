import { EMPTY } from 'rxjs';
import { electionSettings } from '../config/electionSettings.js';
import type { ElectionOptions } from '../config/options.js';
import { connectConsul } from '../consul/connectConsul.js';
import { systemChance } from '../ports/chance.js';
import { systemTime } from '../ports/time.js';
import { defaultBackoff } from '../retry/backoff.js';
import type { Contender } from './contender.js';
import { lockHolds } from './lockHolds.js';

/** Checks the options, completes them from the environment, and gathers what the streams need. */
export function contenderOf(
  options: ElectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Contender {
  const settings = electionSettings(options, environment);
  const { key, lockFlags, metadata, nodeChecks, sessionName, timing } = settings;
  const { beforeRelease = () => EMPTY, chance = systemChance, time = systemTime } = options;
  const consul = connectConsul(settings.consul, {
    time,
    requestTimeoutMs: timing.requestTimeoutMs,
    ...(options.transport && { transport: options.transport }),
  });
  return {
    consul,
    key,
    value: metadata === undefined ? '' : JSON.stringify(metadata),
    lockFlags,
    sessionName,
    nodeChecks,
    timing,
    retry: { time, chance, backoff: settings.retry ?? defaultBackoff },
    letItCrash: settings.retry === undefined,
    beforeRelease,
    holds: lockHolds(),
    // A transport that was handed in belongs to whoever made it.
    disconnect: options.transport ? () => EMPTY : consul.transport.close,
  };
}
