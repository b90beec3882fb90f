import * as E from 'fp-ts/lib/Either.js';
import type { Observable } from 'rxjs';
import { serviceRule } from '../http/acl.js';
import type { Consul } from '../http/consul.js';
import { send } from '../http/send.js';

/** A TTL check of a process. */
export interface CheckSpec {
  /** ID of the check, and of the service that carries it: unique among all that the agent knows. */
  readonly id: string;
  /** Name of that service, as Consul's catalog and UI show it. */
  readonly serviceName: string;
  /** How long after its last pass the agent takes the check for critical, in milliseconds. */
  readonly ttlMs: number;
}

/**
 * Consul's least time, after which the agent forgets a service that nobody passes any more. It looks
 * every 30 s, so a process that crashed leaves its check behind for a minute and a half at most.
 */
const deregisterAfter = '1m';

/**
 * Registers a TTL check, passing, with the agent that the requests reach, and with it the servers:
 * `PUT /v1/agent/service/register`. Registering it again changes nothing.
 *
 * It is the check of a service, since an agent never forgets a critical check of its node: on 1.8.7
 * `DeregisterCriticalServiceAfter` removed the one and left the other.
 *
 * Source: https://developer.hashicorp.com/consul/api-docs/agent/service.
 *
 * @example
 * ```ts
 * const check = { id: 'reports-1', serviceName: 'reports', ttlMs: 1_000 };
 * registerCheck(consul, check)
 *   .pipe(concatMap(() => deregisterCheck(consul, check)))
 *   .subscribe({ complete: () => console.log('registered and removed') }); // => registered and removed
 * ```
 */
export function registerCheck(consul: Consul, spec: CheckSpec): Observable<void> {
  const { id, serviceName, ttlMs } = spec;
  const check = {
    ...{ CheckID: id, Name: `TTL of ${serviceName}`, TTL: `${ttlMs}ms`, Status: 'passing' },
    DeregisterCriticalServiceAfter: deregisterAfter,
  };
  return send(consul, {
    method: 'PUT',
    path: '/v1/agent/service/register',
    body: JSON.stringify({ ID: id, Name: serviceName, Check: check }),
    rule: serviceRule(serviceName),
    read: () => E.right(undefined),
  });
}

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
        ? E.left('it is a 404 that does not name the check')
        : E.right(undefined),
  });
}
