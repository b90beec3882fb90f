import { concat, NEVER, of, type Observable } from 'rxjs';
import type { CreatedSession } from '../consul/http/answers.js';
import type { Consul } from '../consul/http/consul.js';
import { withSession, type SessionOptions } from './withSession.js';

/**
 * A Consul session for as long as somebody is subscribed: created on subscription, emitted once,
 * renewed, and destroyed on unsubscription.
 *
 * ```
 * session$:  --s---------------...      (never completes)
 *                       error: SESSION_LOST when Consul has ended it
 * ```
 *
 * @param consul - the way to Consul, see `connectConsul`
 * @param options - TTL, lock-delay and checks of the session, and how it is renewed
 *
 * @example
 * ```ts
 * const options = { name: 'reports', ttlMs: 10_000, lockDelayMs: 5_000, nodeChecks: [], renewIntervalMs: 3_333 };
 * const lock = { key: 'locks/reports', value: '', flags: 0n };
 * session$(consul, options)
 *   .pipe(switchMap(({ id }) => acquireLock(consul, { ...lock, sessionId: id })))
 *   .subscribe(({ kind }) => console.log(kind)); // => acquired
 * ```
 */
export function session$(consul: Consul, options: SessionOptions): Observable<CreatedSession> {
  return withSession(consul, options, (session) => concat(of(session), NEVER));
}
