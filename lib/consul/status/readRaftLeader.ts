import * as t from 'io-ts';
import type { Observable } from 'rxjs';
import type { Consul } from '../http/consul.js';
import { decode } from '../http/decode.js';
import { send } from '../http/send.js';

/**
 * The address of Consul's raft leader, empty while there is none: `GET /v1/status/leader`. Needs no ACL.
 *
 * @example
 * ```ts
 * readRaftLeader(consul)
 *   .subscribe((address) => console.log(address === '' ? 'no raft leader' : 'ready')); // => ready
 * ```
 */
export function readRaftLeader(consul: Consul): Observable<string> {
  return send(consul, {
    method: 'GET',
    path: '/v1/status/leader',
    rule: 'none',
    read: ({ body }) => decode(t.string, body),
  });
}
