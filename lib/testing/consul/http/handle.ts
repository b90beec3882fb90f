import * as E from 'fp-ts/lib/Either.js';
import { advanceTo } from '../model/expiry.js';
import type { ConsulState } from '../model/state.js';
import { cleanPath } from './cleanPath.js';
import { endpoints, type Methods } from './endpoints.js';
import {
  answer,
  emptyResponse,
  textResponse,
  type ModelRequest,
  type ModelResponse,
  type Outcome,
} from './message.js';
import { asAsked } from './prettyPrinting.js';
import { unservedPath } from './unserved.js';

/**
 * Consul as a pure function: a request that arrives at a moment leads to the next state and to an
 * answer, or to a reading that may have to wait. Sessions whose time has come end first.
 */
export function handle(
  state: ConsulState,
  request: ModelRequest,
  nowMs: number,
): readonly [ConsulState, Outcome] {
  const [next, outcome] = routed(advanceTo(state, nowMs), request, nowMs);
  return [next, asAsked(request, outcome)];
}

function routed(
  state: ConsulState,
  request: ModelRequest,
  nowMs: number,
): readonly [ConsulState, Outcome] {
  const path = E.tryCatch(
    () => decodeURIComponent(request.path),
    () => textResponse(400, '400 Bad Request'),
  );
  if (E.isLeft(path)) return [state, answer(path.left)];
  const redirected = redirection(request, path.right);
  if (redirected !== undefined) return [state, answer(redirected)];
  const prefix = Object.keys(endpoints).find((known) =>
    known.endsWith('/') ? path.right.startsWith(known) : path.right === known,
  );
  if (prefix === undefined) return [state, answer(unservedPath(request.method, path.right))];
  const call = { ...request, rest: path.right.slice(prefix.length) };
  const methods = endpoints[prefix] ?? {};
  const handler = Object.hasOwn(methods, call.method) ? methods[call.method] : undefined;
  return handler === undefined
    ? [state, answer(otherMethod(call.method, methods))]
    : handler(state, call, nowMs);
}

/** Go's server sends a path with `//`, `.` or `..`, or without its last slash, to another one. */
function redirection({ method, query }: ModelRequest, path: string): ModelResponse | undefined {
  const clean = cleanPath(path);
  const target = Object.hasOwn(endpoints, `${clean}/`) ? `${clean}/` : clean;
  if (target === path) return undefined;
  const search = new URLSearchParams(query).toString().replaceAll(/=(?=&|$)/g, '');
  const location = encodeURI(target) + (search === '' ? '' : `?${search}`);
  if (method !== 'GET') return { status: 301, headers: { location }, body: '' };
  const headers = { location, 'content-type': 'text/html; charset=utf-8' };
  return { status: 301, headers, body: `<a href="${location}">Moved Permanently</a>.\n\n` };
}

/** `OPTIONS` tells which methods there are; for any other that is not there, the refusal does. */
function otherMethod(method: string, methods: Methods): ModelResponse {
  const { headers, ...rest } =
    method === 'OPTIONS' ? emptyResponse(200) : textResponse(405, `method ${method} not allowed`);
  const allow = ['OPTIONS', ...Object.keys(methods)].join(',');
  return { ...rest, headers: { ...headers, allow } };
}
