import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  defer,
  finalize,
  fromEvent,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import { type Chance, systemChance } from '../ports/chance.js';
import { systemTime, type Time } from '../ports/time.js';
import { maxBodyBytes } from './consul/http/parameters.js';
import type { ModelRequest, ModelResponse } from './consul/http/message.js';
import { type ConsulHandle, consulHandle } from './consulHandle.js';
import type { RecordedRequest } from './recordedRequest.js';
import { receiveBody } from './receiveBody.js';
import { runningConsul, type RunningConsul } from './runningConsul.js';
import { recorded } from './servedBy.js';

/** How an {@link EmbeddedConsul} runs. Everything is optional. */
export interface EmbeddedConsulOptions {
  /** Port on 127.0.0.1. Defaults to one that is free. */
  readonly port?: number;
  /** Name of the node that sessions belong to. Defaults to `node-1`. */
  readonly nodeName?: string;
  /** Replaces the machine's time. Defaults to {@link systemTime}. */
  readonly time?: Time;
  /**
   * Draws session IDs and the jitter of blocking queries. Defaults to `Math.random`.
   */
  readonly chance?: Chance;
}

/** A Consul that listens; see {@link embeddedConsul}. */
export interface EmbeddedConsul {
  /** `http://127.0.0.1:<port>`, as `CONSUL_HTTP_ADDR` takes it. */
  readonly address: string;
  /** Looks inside and acts as an operator. */
  readonly consul: ConsulHandle;
}

/**
 * The model of {@link simulatedConsul} behind a real HTTP server on the loopback, in real time, for
 * a demo or a test without Consul. Any Consul client can talk to it, `consul lock` included.
 *
 * Listens when subscribed to, emits once, and goes on until unsubscribed: then it closes, and every
 * connection ends. Errors when it cannot listen. Each subscription is a Consul of its own, empty at
 * first; nothing is kept on a disk.
 *
 * @example
 * ```ts
 * embeddedConsul()
 *   .pipe(
 *     switchMap(({ address }) =>
 *       leaderElection({ key: 'locks/reports', consul: { address } }).leadership$,
 *     ),
 *     take(2),
 *   )
 *   .subscribe((leadership) => console.log(leadership.kind));
 * // => Follower
 * // => Leader
 * ```
 */
export function embeddedConsul(options: EmbeddedConsulOptions = {}): Observable<EmbeddedConsul> {
  return defer(() => {
    const { time = systemTime, chance = systemChance, nodeName, port = 0 } = options;
    const running = runningConsul({ time, waitChance: chance, idChance: chance, nodeName });
    const requests: RecordedRequest[] = [];
    const consul = consulHandle(running, requests);
    const server = loopbackServer();
    const record = (request: ServedRequest): void =>
      void requests.push(recorded(request, 'http', time.now().monotonicMs));
    const listening$ = listening(server, port).pipe(map((address) => ({ address, consul })));
    return merge(exchanges(server, running, record), listening$).pipe(
      finalize(() => {
        server.close();
        server.closeAllConnections();
      }),
    );
  });
}

type ServedRequest = Omit<ModelRequest, 'newSessionId'>;

/** Consul leaves idle connections open, so a client never meets a socket that is about to close. */
function loopbackServer(): Server {
  return createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
}

function listening(server: Server, port: number): Observable<string> {
  return defer(() => {
    server.listen(port, '127.0.0.1');
    return merge(
      fromEvent(server, 'error').pipe(
        map((error) => {
          throw error as Error;
        }),
      ),
      fromEvent(server, 'listening').pipe(
        map(() => `http://127.0.0.1:${(server.address() as AddressInfo).port}`),
      ),
    );
  });
}

/** Serves every request; one whose client has gone is let go of. */
function exchanges(
  server: Server,
  running: RunningConsul,
  record: (request: ServedRequest) => void,
): Observable<never> {
  const requests$ = fromEvent(server, 'request') as Observable<[IncomingMessage, ServerResponse]>;
  return requests$.pipe(
    mergeMap(([incoming, outgoing]) =>
      receiveBody(incoming, maxBodyBytes).pipe(
        map((body) => servedRequest(incoming, body)),
        tap(record),
        mergeMap(running.serve),
        take(1),
        tap((response) => send(outgoing, response)),
        takeUntil(fromEvent(outgoing, 'close')),
      ),
    ),
    ignoreElements(),
  );
}

function servedRequest(
  { method = '', url = '/', headers }: IncomingMessage,
  body: Uint8Array,
): ServedRequest {
  const [path = '/', ...search] = url.split('?');
  const parameters = new URLSearchParams(search.join('?'));
  // Go takes the first of several values.
  const query = Object.fromEntries([...parameters].reverse());
  const { 'content-length': declared, 'transfer-encoding': encoding } = headers;
  const bodyBytes = encoding === undefined ? Number(declared ?? 0) : undefined;
  return { method, path, query, body, bodyBytes };
}

function send(outgoing: ServerResponse, { status, headers, body }: ModelResponse): void {
  const length = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  // What is left of a body that was too large cannot be told from the next request.
  const last = status === 413 ? { connection: 'close' } : {};
  outgoing.writeHead(status, { ...headers, ...last, 'content-length': length });
  outgoing.end(body);
}
