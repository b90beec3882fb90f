import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Observable } from 'rxjs';
import type { RenewedSession } from '../http/answers.js';
import { sessionLost } from '../http/failures.js';
import { decode, goDurationMs, sessionsCodec } from '../http/decode.js';
import type { Consul } from '../http/consul.js';
import { sessionRule } from '../http/acl.js';
import { send } from '../http/send.js';

/**
 * Renews a session: `PUT /v1/session/renew/:id`. Errors with `SESSION_LOST` when Consul says that it
 * does not exist.
 *
 * No evidence for a lock: a raft leader deposed an instant ago renewed a session that was destroyed.
 *
 * @example
 * ```ts
 * withSession(consul, sessionOptions, ({ id }) => renewSession(consul, id))
 *   .subscribe(({ ttlMs }) => console.log(ttlMs)); // => 10000
 * ```
 */
export function renewSession(consul: Consul, sessionId: string): Observable<RenewedSession> {
  return send(consul, {
    method: 'PUT',
    path: `/v1/session/renew/${encodeURIComponent(sessionId)}`,
    rule: sessionRule,
    sessionId,
    expected: [404],
    read: ({ status, body }) => {
      if (status === 404) return E.left(missing(body, sessionId));
      return pipe(
        decode(sessionsCodec, body),
        E.chainW(([session]) => {
          const ttlMs = goDurationMs(session?.TTL ?? '');
          return session?.ID === sessionId && ttlMs !== undefined
            ? E.right({ id: sessionId, ttlMs })
            : E.left('it does not contain the session and its TTL');
        }),
      );
    },
  });
}

/** Only Consul's own words count: a proxy's 404 must not cost a session that is alive. */
const missing = (body: string, sessionId: string) =>
  body.includes('not found') && body.includes(sessionId)
    ? sessionLost(sessionId)
    : 'it is a 404 that does not name the session';
