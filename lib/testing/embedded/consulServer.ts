import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
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
import type { ModelRequest, ModelResponse } from '../consul/http/message.js';
import { maxBodyBytes } from '../consul/http/parameters.js';
import { listening, type Place } from './listening.js';
import { receiveBody } from './receiveBody.js';
import type { RunningConsul } from '../consul/runningConsul.js';

/** A request as it came over HTTP. */
export type ServedRequest = Omit<ModelRequest, 'newSessionId'>;

/**
 * A model at work behind an HTTP server: emits its address once it listens, goes on until
 * unsubscribed, and then closes every connection.
 *
 * @param running - What is served.
 * @param place - Where to listen.
 * @param onRequest - Told of each request when all of it has arrived.
 */
export function consulServer(
  running: RunningConsul,
  place: Place,
  onRequest: (request: ServedRequest) => void = () => undefined,
): Observable<string> {
  return defer(() => {
    // Consul leaves idle connections open, so a client never meets a socket that is about to close.
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
    return merge(exchanges(server, running, onRequest), listening(server, place)).pipe(
      finalize(() => {
        server.close();
        server.closeAllConnections();
      }),
    );
  });
}

/** Serves every request; one whose client has gone is let go of. */
function exchanges(
  server: Server,
  running: RunningConsul,
  onRequest: (request: ServedRequest) => void,
): Observable<never> {
  const requests$ = fromEvent(server, 'request') as Observable<[IncomingMessage, ServerResponse]>;
  return requests$.pipe(
    mergeMap(([incoming, outgoing]) =>
      receiveBody(incoming, maxBodyBytes).pipe(
        map((body) => servedRequest(incoming, body)),
        tap(onRequest),
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
