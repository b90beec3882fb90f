import * as E from 'fp-ts/lib/Either.js';
import type { Observable } from 'rxjs';
import type { Consul } from './consul.js';
import { serviceRule } from './keyPath.js';
import type { CheckSpec } from './registerCheck.js';
import { send } from './send.js';

/**
 * Removes a check and the service that carries it: `PUT /v1/agent/service/deregister/:id`. Succeeds
 * for one that the agent does not know.
 *
 * Destroy the sessions that depend on it first: they end with it, and their locks fall under the
 * lock-delay.
 *
 * @example
 * ```ts
 * const check = { id: 'reports-1', serviceName: 'reports' };
 * deregisterCheck(consul, check).subscribe({ complete: () => console.log('gone') }); // => gone
 * ```
 */
export function deregisterCheck(
  consul: Consul,
  { id, serviceName }: Pick<CheckSpec, 'id' | 'serviceName'>,
): Observable<void> {
  return send(consul, {
    method: 'PUT',
    path: `/v1/agent/service/deregister/${encodeURIComponent(id)}`,
    rule: serviceRule(serviceName),
    expected: [404],
    read: ({ status, body }) =>
      // Newer agents say so; any other 404 is a proxy's.
      status === 404 && !body.includes(id)
        ? E.left('a 404 that does not name the check')
        : E.right(undefined),
  });
}
