import { consulSettings } from '../config/consul/consulSettings.js';
import type { ConsulOptions } from '../config/model/options.js';
import type { ConsulSettings } from '../config/model/settings.js';
import { systemTime, type Time } from '../ports/time.js';
import type { Transport } from '../ports/transport.js';
import type { Consul } from './http/consul.js';
import { httpTransport } from './transport/httpTransport.js';

/** What {@link consulFrom} takes besides the way to Consul. */
export interface ConsulParts {
  /** How long a request may take, long polls aside, in milliseconds. Defaults to 2500. */
  readonly requestTimeoutMs?: number;
  /** Clocks and timers. Defaults to {@link systemTime}. */
  readonly time?: Time;
  /** How requests are sent. Defaults to HTTP. */
  readonly transport?: Transport;
}

/** Longer than a raft leader needs to answer, far shorter than the least TTL. */
const defaultRequestTimeoutMs = 2_500;

/**
 * The way to Consul for those who use the parts (`session$`, `watchKey`, `acquireLock`, …) on their
 * own. `leaderElection` makes its own.
 *
 * @param options - what is not given comes from Consul's environment variables
 * @throws `INVALID_OPTIONS` naming all problems at once
 *
 * @example
 * ```ts
 * const consul = consulFrom({ datacenter: 'dc1' }, { requestTimeoutMs: 1_000 });
 * readRaftLeader(consul).subscribe((address) => console.log(address));
 * ```
 */
export function consulFrom(options: ConsulOptions = {}, parts: ConsulParts = {}): Consul {
  return connectConsul(consulSettings(options, process.env), {
    time: parts.time ?? systemTime,
    requestTimeoutMs: parts.requestTimeoutMs ?? defaultRequestTimeoutMs,
    ...(parts.transport && { transport: parts.transport }),
  });
}

/** The way to Consul, from settings. Nothing is sent, and no connection opened, before a request is. */
export function connectConsul(
  settings: ConsulSettings,
  parts: {
    readonly time: Time;
    readonly requestTimeoutMs: number;
    /** Replaces HTTP. */
    readonly transport?: Transport;
  },
): Consul {
  return {
    transport: parts.transport ?? httpTransport(settings, parts.time),
    time: parts.time,
    requestTimeoutMs: parts.requestTimeoutMs,
    scope: settings.scope,
  };
}
