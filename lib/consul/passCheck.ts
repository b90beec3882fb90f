import * as E from 'fp-ts/lib/Either.js';
import type { Observable } from 'rxjs';
import type { Consul } from './consul.js';
import { serviceRule } from './keyPath.js';
import type { CheckSpec } from './registerCheck.js';
import { send } from './send.js';

/**
 * Passes a TTL check: `PUT /v1/agent/check/pass/:id`. Errors with `CHECK_UNKNOWN` when the agent that
 * answers does not know it.
 *
 * No evidence for a lock: the agent answers alone, also while it is cut off from the servers.
 *
 * Source: https://developer.hashicorp.com/consul/api-docs/agent/check#ttl-check-pass.
 *
 * @example
 * ```ts
 * const check = { id: 'reports-1', serviceName: 'reports', ttlMs: 1_000 };
 * registerCheck(consul, check)
 *   .pipe(concatMap(() => passCheck(consul, check)), concatMap(() => deregisterCheck(consul, check)))
 *   .subscribe({ complete: () => console.log('passed and removed') }); // => passed and removed
 * ```
 */
export function passCheck(
  consul: Consul,
  { id, serviceName }: Pick<CheckSpec, 'id' | 'serviceName'>,
): Observable<void> {
  return send(consul, {
    method: 'PUT',
    path: `/v1/agent/check/pass/${encodeURIComponent(id)}`,
    rule: serviceRule(serviceName),
    checkId: id,
    read: () => E.right(undefined),
  });
}
