import * as t from 'io-ts';
import type { Observable } from 'rxjs';
import type { Consul } from './consul.js';
import { decode } from './decode.js';
import { keyPath, keyRule } from './keyPath.js';
import { send } from './send.js';

/** The lock to give back. */
export interface ReleaseRequest {
  /** The key, as it is called in Consul's KV store. */
  readonly key: string;
  /** ID of the session that holds it. */
  readonly sessionId: string;
  /** The key's value from now on; a release always writes one. */
  readonly value: string;
  /** The key's flags from now on; left out they would become 0. */
  readonly flags: bigint;
}

/** Gives a lock back: `PUT /v1/kv/:key?release=`. Emits whether the session held it. */
export function releaseKey(consul: Consul, request: ReleaseRequest): Observable<boolean> {
  return send(consul, {
    method: 'PUT',
    path: keyPath(request.key),
    query: { release: request.sessionId, flags: request.flags.toString() },
    body: request.value,
    rule: keyRule(request.key, 'write'),
    read: ({ body }) => decode(t.boolean, body),
  });
}
