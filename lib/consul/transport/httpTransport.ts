import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  from,
  ignoreElements,
  map,
  Observable,
  of,
  tap,
  throwError,
} from 'rxjs';
import type { ConsulSettings } from '../../config/model/settings.js';
import type { Time } from '../../ports/time.js';
import type { Transport, TransportRequest, TransportResponse } from '../../ports/transport.js';
import { abort, answerHandler, type AbortState } from './responseHandler.js';
import { connectionFailure } from './connectionFailure.js';
import type { HttpClient, HttpRequest, OpenClient } from './httpClient.js';
import { nodeClient } from './nodeClient.js';
import { tlsContext, type TlsContext, tokenFile } from './files.js';
import { undiciClient } from './undiciClient.js';

/** Connections for calls. An agent allows 200 for each client address by default. */
const callConnections = 16;

/**
 * Asked for with listings only: a thousand locks come in 14 kB instead of 184. Consul compresses
 * whatever it may, and to unpack the 200 bytes of one key delayed a handover more than Consul did.
 */
const compressed = { 'accept-encoding': 'gzip' };

interface Clients {
  readonly calls: HttpClient;
  readonly polls: HttpClient;
}

/**
 * HTTP to a Consul agent: by undici, or by `node:http` where there is no undici that works.
 *
 * Calls and long polls travel on connections of their own, which are opened when first needed and
 * keep no process alive while idle. Redirects are not followed.
 *
 * A long poll that is given up is aborted a moment later, through the scheduler: that takes longer than
 * to send a request, and the release of a lock, which comes next, must not wait for it.
 */
export function httpTransport(
  settings: ConsulSettings,
  { scheduler }: Pick<Time, 'scheduler'>,
  openClient: OpenClient = undiciClient ?? nodeClient,
): Transport {
  const secrets$ = secretsOf(settings);
  const where = settings.socketPath ?? settings.origin;
  const { clients$, closed$ } = clientsOf(settings, openClient);
  const encoded = (request: TransportRequest, secrets: Record<string, string>): HttpRequest =>
    httpRequest(request, settings.pathPrefix, secrets);

  return {
    request: (request) =>
      secrets$.pipe(
        concatMap((secrets) =>
          // Looked up at the last moment: a client that is closed takes no request.
          clients$.pipe(
            concatMap(({ calls, polls }) =>
              request.longPoll
                ? dispatched(polls, encoded(request, secrets), (work) => scheduler.schedule(work))
                : dispatched(calls, encoded(request, secrets)),
            ),
            map((response) =>
              response.status < 400 ? response : withoutSecrets(response, secrets),
            ),
          ),
        ),
        catchError((error: unknown) => throwError(() => connectionFailure(error, where))),
      ),
    close: () => closed$,
  };
}

/** The clients that are open, or are opened now; and what closes them once their requests have finished. */
function clientsOf(
  settings: ConsulSettings,
  openClient: OpenClient,
): {
  readonly clients$: Observable<Clients>;
  readonly closed$: Observable<never>;
} {
  let opened: Clients | Promise<Clients> | undefined;
  const clients$ = defer(() => {
    const opening = (opened ??= openClients(settings, openClient));
    if (!(opening instanceof Promise)) return of(opening);
    return from(opening).pipe(
      tap({
        next: (clients) => {
          if (opened === opening) opened = clients;
        },
        // The files that TLS needs may be there the next time.
        error: () => {
          if (opened === opening) opened = undefined;
        },
      }),
    );
  });
  const closed$ = defer(() => {
    const closing = opened;
    opened = undefined;
    return closing === undefined ? EMPTY : from(closed(closing));
  }).pipe(ignoreElements());
  return { clients$, closed$ };
}

async function closed(opened: Clients | Promise<Clients>): Promise<void> {
  // Clients that could not be opened have nothing to close, and their requests have been told why.
  const clients = await Promise.resolve(opened).catch(() => undefined);
  await Promise.all([clients?.calls.close(), clients?.polls.close()]);
}

function openClients(
  { origin, socketPath, tls: settings }: ConsulSettings,
  openClient: OpenClient,
): Clients | Promise<Clients> {
  const connectTo = (tls: TlsContext | undefined): Clients => ({
    calls: openClient({ origin, socketPath, tls }, callConnections),
    polls: openClient({ origin, socketPath, tls }),
  });
  return settings === undefined ? connectTo(undefined) : tlsContext(settings).then(connectTo);
}

/**
 * Sends a request on subscription. A promise brings the answer after the client's own work, when its
 * connection is free again.
 */
const dispatched = (
  client: HttpClient,
  request: HttpRequest,
  whenGivenUp: (abortRequest: () => void) => void = (abortRequest) => abortRequest(),
): Observable<TransportResponse> =>
  new Observable((subscriber) => {
    const abortState: AbortState = { aborted: false, ended: false };
    subscriber.add(() => {
      if (!abortState.ended) whenGivenUp(() => abort(abortState));
    });
    const answered = new Promise<TransportResponse>((resolve, reject) => {
      client.dispatch(request, answerHandler(abortState, resolve, reject));
    });
    return from(answered).subscribe(subscriber);
  });

function httpRequest(
  { method, path, query, body }: TransportRequest,
  pathPrefix: string,
  secrets: Readonly<Record<string, string>>,
): HttpRequest {
  const search = new URLSearchParams(query).toString();
  return {
    method,
    path: `${pathPrefix}${path}${search === '' ? '' : `?${search}`}`,
    headers: 'recurse' in query ? { ...secrets, ...compressed } : secrets,
    body: body ?? null,
  };
}

/** What every request carries; the token is looked up each time, since its file may change. */
function secretsOf({ token, basicAuth }: ConsulSettings): Observable<Record<string, string>> {
  const credentials = basicAuth && `${basicAuth.username}:${basicAuth.password}`;
  const authorization: Record<string, string> =
    credentials === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const withToken = (value: string) => ({ ...authorization, 'x-consul-token': value });

  if (token.kind === 'value') return of(withToken(token.token));
  if (token.kind !== 'file') return of(authorization);
  const currentToken = tokenFile(token.path);
  return defer(currentToken).pipe(map(withToken));
}

/** A proxy may quote the request in its answer, and errors quote the answer. */
function withoutSecrets(
  response: TransportResponse,
  secrets: Readonly<Record<string, string>>,
): TransportResponse {
  const body = Object.values(secrets).reduce(
    (text, secret) => text.replaceAll(secret, '(hidden)'),
    response.body,
  );
  return { ...response, body };
}
