import { Pool } from 'undici';
import { connectTimeoutMs, keepAliveTimeoutMs, type OpenClient } from './httpClient.js';

/** In Bun this class has no such methods, and in a bundle it is not there at all. */
const methods = (Pool as typeof Pool | undefined)?.prototype as Partial<Pool> | undefined;

/** Connections by undici, unless what is there under its name cannot do it. */
export const undiciClient: OpenClient | undefined =
  typeof methods?.dispatch === 'function' && typeof methods.close === 'function'
    ? ({ origin, socketPath, tls }, connections) =>
        new Pool(origin, {
          connect: {
            ...tls,
            timeout: connectTimeoutMs,
            ...(socketPath !== undefined && { socketPath }),
          },
          ...(connections !== undefined && { connections }),
          pipelining: 1,
          keepAliveTimeout: keepAliveTimeoutMs,
          // Each request has a timeout of its own, which a long poll's is part of.
          headersTimeout: 0,
          bodyTimeout: 0,
        })
    : undefined;
