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
import { Pool, type Dispatcher } from 'undici';
import type { ConsulSettings } from '../config/settings.js';
import type { Time } from '../ports/time.js';
import type { Transport, TransportRequest, TransportResponse } from '../ports/transport.js';
import { abort, answerHandler, type Abortion } from './answerHandler.js';
import { connectionFailure } from './connectionFailure.js';
import { tlsContext, type TlsContext } from './tlsContext.js';
import { tokenFile } from './tokenFile.js';

/** Connections for calls. An agent allows 200 for each client address by default. */
const callConnections = 16;

/** How long an idle connection is kept, in milliseconds: longer than the pause between two proofs. */
const keepAliveTimeoutMs = 30_000;

/**
 * Asked for with listings only: a thousand locks come in 14 kB instead of 184. Consul compresses
 * whatever it may, and to unpack the 200 bytes of one key delayed a handover more than Consul did.
 */
const compressed = { 'accept-encoding': 'gzip' };

interface Pools {
  readonly calls: Pool;
  readonly polls: Pool;
}

/**
 * HTTP to a Consul agent by undici.
 *
 * Calls and long polls travel on connections of their own, which are opened when first needed and
 * keep no process alive while idle. Redirects are not followed.
 *
 * A long poll that is given up is aborted a moment later, through the scheduler: that takes longer than
 * to send a request, and the release of a lock, which comes next, must not wait for it.
 */
export function undiciTransport(
  settings: ConsulSettings,
  { scheduler }: Pick<Time, 'scheduler'>,
): Transport {
  const secrets$ = secretsOf(settings);
  const where = settings.socketPath ?? settings.origin;
  const { pools$, closed$ } = poolsOf(settings);
  const partsOf = (request: TransportRequest, secrets: Record<string, string>) => ({
    ...requestParts(request, settings.pathPrefix),
    headers: 'recurse' in request.query ? { ...secrets, ...compressed } : secrets,
  });

  return {
    request: (request) =>
      secrets$.pipe(
        concatMap((secrets) =>
          // Looked up at the last moment: a pool that is closed takes no request.
          pools$.pipe(
            concatMap(({ calls, polls }) =>
              request.longPoll
                ? dispatched(polls, partsOf(request, secrets), (work) => scheduler.schedule(work))
                : dispatched(calls, partsOf(request, secrets)),
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

/** The pools that are open, or are opened now; and what closes them once their requests have finished. */
function poolsOf(settings: ConsulSettings): {
  readonly pools$: Observable<Pools>;
  readonly closed$: Observable<never>;
} {
  let opened: Pools | Promise<Pools> | undefined;
  const pools$ = defer(() => {
    const opening = (opened ??= openPools(settings));
    if (!(opening instanceof Promise)) return of(opening);
    return from(opening).pipe(
      tap({
        next: (pools) => {
          if (opened === opening) opened = pools;
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
  return { pools$, closed$ };
}

async function closed(opened: Pools | Promise<Pools>): Promise<void> {
  // Pools that could not be opened have nothing to close, and their requests have been told why.
  const pools = await Promise.resolve(opened).catch(() => undefined);
  await Promise.all([pools?.calls.close(), pools?.polls.close()]);
}

function openPools({ origin, socketPath, tls }: ConsulSettings): Pools | Promise<Pools> {
  const connectTo = (context: TlsContext | undefined): Pools => {
    const options: Pool.Options = {
      connect: { ...context, ...(socketPath !== undefined && { socketPath }) },
      pipelining: 1,
      keepAliveTimeout: keepAliveTimeoutMs,
      // Each request has a timeout of its own, which a long poll's is part of.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    return {
      calls: new Pool(origin, { ...options, connections: callConnections }),
      polls: new Pool(origin, options),
    };
  };
  return tls === undefined ? connectTo(undefined) : tlsContext(tls).then(connectTo);
}

/**
 * Sends a request on subscription. A promise brings the answer after undici's own work, when its
 * connection is free again.
 */
const dispatched = (
  pool: Pool,
  parts: Dispatcher.DispatchOptions,
  whenGivenUp: (abortRequest: () => void) => void = (abortRequest) => abortRequest(),
): Observable<TransportResponse> =>
  new Observable((subscriber) => {
    const abortion: Abortion = { aborted: false, ended: false };
    subscriber.add(() => {
      if (!abortion.ended) whenGivenUp(() => abort(abortion));
    });
    const answered = new Promise<TransportResponse>((resolve, reject) => {
      pool.dispatch(parts, answerHandler(abortion, resolve, reject));
    });
    return from(answered).subscribe(subscriber);
  });

function requestParts(
  { method, path, query, body }: TransportRequest,
  pathPrefix: string,
): Pick<Dispatcher.DispatchOptions, 'method' | 'path' | 'body'> {
  const search = new URLSearchParams(query).toString();
  return {
    method,
    path: `${pathPrefix}${path}${search === '' ? '' : `?${search}`}`,
    // A string gets a Content-Length, without which Consul ignores the body.
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
