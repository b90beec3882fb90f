import * as E from 'fp-ts/lib/Either.js';
import type { Observable } from 'rxjs';
import type { Consul } from './consul.js';
import { serviceRule } from './keyPath.js';
import { send } from './send.js';

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
const forgottenAfter = '1m';

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
    DeregisterCriticalServiceAfter: forgottenAfter,
  };
  return send(consul, {
    method: 'PUT',
    path: '/v1/agent/service/register',
    body: JSON.stringify({ ID: id, Name: serviceName, Check: check }),
    rule: serviceRule(serviceName),
    read: () => E.right(undefined),
  });
}
