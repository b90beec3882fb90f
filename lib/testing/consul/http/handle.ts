import * as E from 'fp-ts/lib/Either.js';
import { advanceTo } from '../expiry.js';
import type { ConsulState } from '../state.js';
import { agentSelf, statusLeader } from './agentEndpoints.js';
import { cleanPath } from './cleanPath.js';
import { keyRead } from './keyReadEndpoint.js';
import { keyDelete, keyWrite } from './keyWriteEndpoints.js';
import {
  answer,
  emptyResponse,
  textResponse,
  type Handler,
  type ModelRequest,
  type ModelResponse,
  type Outcome,
} from './message.js';
import { scopeProblem } from './parameters.js';
import {
  sessionCreate,
  sessionDestroy,
  sessionInfo,
  sessionList,
  sessionNode,
  sessionRenew,
} from './sessionEndpoints.js';
import { transaction } from './transactionEndpoint.js';

/** The handlers of an endpoint by method. A path that ends in a slash takes whatever follows it. */
const endpoints: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  '/v1/kv/': { GET: keyRead, PUT: keyWrite, DELETE: keyDelete },
  '/v1/txn': { PUT: transaction },
  '/v1/session/create': { PUT: sessionCreate },
  '/v1/session/renew/': { PUT: sessionRenew },
  '/v1/session/destroy/': { PUT: sessionDestroy },
  '/v1/session/info/': { GET: sessionInfo },
  '/v1/session/node/': { GET: sessionNode },
  '/v1/session/list': { GET: sessionList },
  '/v1/status/leader': { GET: statusLeader },
  '/v1/agent/self': { GET: agentSelf },
};

/**
 * Consul as a pure function: a request that arrives at a moment leads to the next state and to an
 * answer, or to a reading that may have to wait. Sessions whose time has come end first.
 */
export function handle(
  state: ConsulState,
  request: ModelRequest,
  nowMs: number,
): readonly [ConsulState, Outcome] {
  const current = advanceTo(state, nowMs);
  const path = E.tryCatch(
    () => decodeURIComponent(request.path),
    () => textResponse(400, '400 Bad Request'),
  );
  if (E.isLeft(path)) return [current, answer(path.left)];
  const redirected = redirection(request, path.right);
  if (redirected !== undefined) return [current, answer(redirected)];
  const prefix = Object.keys(endpoints).find((known) =>
    known.endsWith('/') ? path.right.startsWith(known) : path.right === known,
  );
  if (prefix === undefined) return [current, answer(emptyResponse(404))];
  const call = { ...request, rest: path.right.slice(prefix.length) };
  const handlers = endpoints[prefix] ?? {};
  const handler = Object.hasOwn(handlers, call.method) ? handlers[call.method] : undefined;
  if (handler === undefined) return [current, answer(methodProblem(call.method, handlers))];
  const problem = scopeProblem(call);
  return problem === undefined ? handler(current, call, nowMs) : [current, answer(problem)];
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

function methodProblem(method: string, handlers: Readonly<Record<string, Handler>>): ModelResponse {
  const { headers, ...rest } = textResponse(405, `method ${method} not allowed`);
  const allow = ['OPTIONS', ...Object.keys(handlers)].join(',');
  return { ...rest, headers: { ...headers, allow } };
}
