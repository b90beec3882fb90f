import { EMPTY, type Observable } from 'rxjs';
import type { Consul } from '../../lib/consul/http/consul.js';
import type { TransportRequest, TransportResponse } from '../../lib/ports/transport.js';
import type { Time } from '../../lib/ports/time.js';

/** A way to a Consul of which every answer is scripted, so that its subscriptions can be seen. */
export function scriptedConsul(
  time: Time,
  answer: (request: TransportRequest) => Observable<TransportResponse>,
  requestTimeoutMs = 100,
): Consul {
  return {
    time,
    requestTimeoutMs,
    scope: {},
    transport: { request: answer, close: () => EMPTY },
  };
}

/** An answer with a body, as Consul's JSON. */
export function answered(body: unknown, status = 200, index = 7): TransportResponse {
  return {
    status,
    headers: { 'x-consul-index': String(index) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}

/** A failed one. */
export const noLeader: TransportResponse = answered('No cluster leader', 500);

/** The listing of one key, held by a session or by none. */
export function listed(modifyIndex: number, sessionId?: string, index = modifyIndex) {
  const entry = {
    ...{ Key: 'k', Value: null, Flags: 0, LockIndex: 1, CreateIndex: 1 },
    ...{ ModifyIndex: modifyIndex, ...(sessionId !== undefined && { Session: sessionId }) },
  };
  return answered([entry], 200, index);
}
