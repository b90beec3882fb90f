import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, type Socket } from 'node:net';
import { consulSettings } from '../../../lib/config/consul/consulSettings.js';
import type { ConsulOptions } from '../../../lib/config/model/options.js';
import { connectConsul } from '../../../lib/consul/consulFrom.js';
import type { Consul } from '../../../lib/consul/http/consul.js';
import { systemTime } from '../../../lib/ports/time.js';

/** A real HTTP server on the loopback that answers as a spec wants. */
export interface HttpServer {
  readonly address: string;
  /** Every request that came, as Node describes it. */
  readonly requests: readonly IncomingMessage[];
  /** Every connection that was made. */
  readonly connections: readonly Socket[];
  readonly close: () => Promise<void>;
}

/** Starts one. `at`: a unix socket instead of a port. */
export async function httpServer(
  answer: RequestListener,
  { at, server = createServer() }: { at?: string; server?: Server } = {},
): Promise<HttpServer> {
  const requests: IncomingMessage[] = [];
  const connections: Socket[] = [];
  server.on('connection', (socket) => connections.push(socket));
  server.on('request', (request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => {
    if (at === undefined) server.listen(0, '127.0.0.1', resolve);
    else server.listen(at, resolve);
  });
  return {
    address:
      at === undefined
        ? `http://127.0.0.1:${(server.address() as AddressInfo).port}`
        : `unix://${at}`,
    requests,
    connections,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        for (const connection of connections) connection.destroy();
      }),
  };
}

/** The way to it, through the product's own transport. */
export function consulAt(options: ConsulOptions, requestTimeoutMs = 2_000): Consul {
  return connectConsul(consulSettings(options, {}), { time: systemTime, requestTimeoutMs });
}
