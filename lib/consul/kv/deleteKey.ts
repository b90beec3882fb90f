import * as t from 'io-ts';
import type { Observable } from 'rxjs';
import type { Consul } from '../http/consul.js';
import { decode } from '../http/decode.js';
import { keyPath, keyRule } from '../http/acl.js';
import { send } from '../http/send.js';

/** Deletes an entry that has not changed since: `DELETE /v1/kv/:key?cas=`. Emits whether it is gone. */
export function deleteKey(
  consul: Consul,
  { key, modifyIndex }: { readonly key: string; readonly modifyIndex: number },
): Observable<boolean> {
  return send(consul, {
    method: 'DELETE',
    path: keyPath(key),
    query: { cas: String(modifyIndex) },
    rule: keyRule(key, 'write'),
    read: ({ body }) => decode(t.boolean, body),
  });
}
