import type { TransportRequest } from '../../ports/transport.js';

/** Picks the requests that something happens to. */
export type RequestPredicate = (request: TransportRequest) => boolean;

/**
 * Picks requests by method and the beginning of the path.
 *
 * @param method - `GET`, `PUT` or `DELETE`.
 * @param path - What the path starts with, for example `/v1/session/renew/`.
 *
 * @example
 * ```ts
 * const consul = simulatedConsul({ time: virtualTime(scheduler) });
 * consul.fail(requestTo('PUT', '/v1/session/renew/'), { status: 500, body: 'No cluster leader' }, 2);
 * ```
 */
export function requestTo(method: TransportRequest['method'], path: string): RequestPredicate {
  return (request) => request.method === method && request.path.startsWith(path);
}
