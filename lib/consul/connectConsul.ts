import type { ConsulSettings } from '../config/settings.js';
import type { Time } from '../ports/time.js';
import type { Transport } from '../ports/transport.js';
import type { Consul } from './consul.js';
import { httpTransport } from './httpTransport.js';

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
