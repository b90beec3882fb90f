import { defer, EMPTY, from, ignoreElements, Observable } from 'rxjs';
import { Pool, type Dispatcher } from 'undici';
import type { ConsulSettings } from '../config/settings.js';
import type { Transport, TransportRequest, TransportResponse } from '../ports/transport.js';
import { abort, answerHandler, unwanted, type Abortion } from './answerHandler.js';
import { connectionFailure } from './connectionFailure.js';
import { tlsContext } from './tlsContext.js';
import { tokenFile } from './tokenFile.js';

/** Connections for calls. An agent allows 200 for each client address by default. */
const callConnections = 16;

/** How long an idle connection is kept, in milliseconds: longer than the pause between two proofs. */
const keepAliveTimeoutMs = 30_000;

interface Pools {
  readonly calls: Pool;
  readonly polls: Pool;
}

/**
 * HTTP to a Consul agent by undici.
 *
 * Calls and long polls travel on connections of their own, which are opened when first needed and
 * keep no process alive while idle. Redirects are not followed.
 */
export function undiciTransport(settings: ConsulSettings): Transport {
  const headers = headersOf(settings);
  const where = settings.socketPath ?? settings.origin;
  const inFlight = new Set<Promise<TransportResponse>>();
  let pools: Promise<Pools> | undefined;

  const exchange = async (request: TransportRequest, abortion: Abortion) => {
    try {
      const opening = (pools ??= openPools(settings));
      const { calls, polls } = await opening.catch((error: unknown) => {
        // The files that TLS needs may be there the next time.
        if (pools === opening) pools = undefined;
        throw error;
      });
      const secrets = await headers();
      const parts = { ...requestParts(request, settings.pathPrefix), headers: secrets };
      const response = await dispatched(request.longPoll ? polls : calls, parts, abortion);
      return response.status < 400 ? response : withoutSecrets(response, secrets);
    } catch (error) {
      throw connectionFailure(error, where);
    }
  };

  return {
    request: (request) =>
      new Observable((subscriber) => {
        const abortion: Abortion = { aborted: false };
        subscriber.add(() => {
          abort(abortion);
        });
        const exchanged = registered(exchange(request, abortion), inFlight);
        return from(exchanged).subscribe(subscriber);
      }),
    close: () =>
      defer(() => {
        const closing = pools;
        pools = undefined;
        return closing === undefined ? EMPTY : from(closed(closing, [...inFlight]));
      }).pipe(ignoreElements()),
  };
}

/** Keeps a promise in a set until it is settled. */
function registered<T>(promise: Promise<T>, register: Set<Promise<T>>): Promise<T> {
  const forget = () => register.delete(promise);
  register.add(promise);
  promise.then(forget, forget);
  return promise;
}

async function openPools({ origin, socketPath, tls }: ConsulSettings): Promise<Pools> {
  const options: Pool.Options = {
    connect: {
      ...(tls && (await tlsContext(tls))),
      ...(socketPath !== undefined && { socketPath }),
    },
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
}

/** A pool that is closed takes no request, and those in flight may not have got to theirs yet. */
async function closed(opening: Promise<Pools>, inFlight: readonly Promise<unknown>[]) {
  await Promise.allSettled(inFlight);
  // Pools that could not be opened have nothing to close, and their requests have been told why.
  const pools = await opening.catch(() => undefined);
  await Promise.all([pools?.calls.close(), pools?.polls.close()]);
}

/** A promise keeps the answer for after undici's own work, when its connection is free again. */
const dispatched = (
  pool: Pool,
  parts: Dispatcher.DispatchOptions,
  abortion: Abortion,
): Promise<TransportResponse> =>
  new Promise((resolve, reject) => {
    // Given up while a file was read, it must not be sent.
    if (abortion.aborted) reject(unwanted);
    else pool.dispatch(parts, answerHandler(abortion, resolve, reject));
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
function headersOf({ token, basicAuth }: ConsulSettings): () => Promise<Record<string, string>> {
  const credentials = basicAuth && `${basicAuth.username}:${basicAuth.password}`;
  const authorization: Record<string, string> =
    credentials === undefined
      ? {}
      : { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` };
  const currentToken = token.kind === 'file' ? tokenFile(token.path) : undefined;

  return async () => {
    const value = token.kind === 'value' ? token.token : await currentToken?.();
    return value === undefined ? authorization : { ...authorization, 'x-consul-token': value };
  };
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
