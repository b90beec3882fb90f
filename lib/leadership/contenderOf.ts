import { EMPTY } from 'rxjs';
import { electionSettings } from '../config/electionSettings.js';
import type { ElectionOptions } from '../config/model/options.js';
import type { SharedSettings } from '../config/model/settings.js';
import { connectConsul } from '../consul/consulFrom.js';
import { systemChance } from '../ports/chance.js';
import { systemTime } from '../ports/time.js';
import { lockValue } from '../lock/lockValue.js';
import { defaultBackoff } from '../retry/backoff.js';
import { noContention } from './contention.js';
import { contenderFor, type ElectionContext, type Contender } from './contender.js';

/** Checks the options, completes them from the environment, and gathers what the streams need. */
export function contenderOf(
  options: ElectionOptions,
  environment: Readonly<Record<string, string | undefined>>,
): Contender {
  const settings = electionSettings(options, environment);
  const { beforeRelease = () => EMPTY, onOverrun = () => undefined } = options;
  const own = { key: settings.key, beforeRelease, onOverrun };
  return contenderFor(contextOf(settings, options), own);
}

/** What an election and a group need alike, with the ports that were handed in or the machine's. */
export function contextOf(
  settings: SharedSettings,
  ports: Pick<ElectionOptions, 'chance' | 'time' | 'transport'>,
): ElectionContext {
  const { lockFlags, metadata, nodeChecks, sessionName, timing } = settings;
  const { chance = systemChance, time = systemTime, transport } = ports;
  const consul = connectConsul(settings.consul, {
    time,
    requestTimeoutMs: timing.requestTimeoutMs,
    ...(transport && { transport }),
  });
  return {
    consul,
    value: lockValue(timing.lockDelayMs, metadata),
    lockFlags,
    sessionName,
    nodeChecks,
    timing,
    retry: { time, chance, backoff: settings.retry ?? defaultBackoff },
    letItCrash: settings.retry === undefined,
    contention: { current: noContention },
    // A transport that was handed in belongs to whoever made it.
    disconnect: transport ? () => EMPTY : consul.transport.close,
  };
}
