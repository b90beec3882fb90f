import { defer, EMPTY, map } from 'rxjs';
import type { Transport, TransportRequest, TransportResponse } from '../../ports/transport.js';
import type { ModelRequest, ModelResponse } from './http/message.js';
import type { RecordedRequest } from '../faults/recordedRequest.js';
import type { RunningConsul } from './runningConsul.js';

/** Consul's own end of a connection: a transport that serves a request when it is subscribed to. */
export function servedBy(running: RunningConsul): Transport {
  return {
    request: (request) => defer(() => running.serve(modelRequest(request))).pipe(map(transported)),
    close: () => EMPTY,
  };
}

/** A request as the log shows it: no body, no token. */
export function recorded(
  request: Pick<ModelRequest, 'method' | 'path' | 'query'> & {
    readonly body?: string | Uint8Array;
  },
  connection: string,
  atMs: number,
): RecordedRequest {
  const { method, path, query, body = '' } = request;
  const hidden = query['token'] === undefined ? {} : { token: '(hidden)' };
  return {
    ...{ atMs, connection, method, path, query: { ...query, ...hidden } },
    ...(path === '/v1/txn' && { verbs: verbsIn(textOf(body)) }),
  };
}

/** Values are in base64, so nothing else in a transaction looks like a verb. */
const verbsIn = (body: string): readonly string[] =>
  [...body.matchAll(/"Verb":\s*"([^"]+)"/g)].flatMap(([, verb]) => verb ?? []);

const textOf = (body: string | Uint8Array): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

function modelRequest({
  method,
  path,
  query,
  body = '',
}: TransportRequest): Omit<ModelRequest, 'newSessionId'> {
  const bytes = new TextEncoder().encode(body);
  return { method, path, query, body: bytes, bodyBytes: bytes.length };
}

function transported({ body, ...rest }: ModelResponse): TransportResponse {
  return { ...rest, body: textOf(body) };
}
