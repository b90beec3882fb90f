import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import type { Observable } from 'rxjs';
import type { Consul } from '../http/consul.js';
import { decode } from '../http/decode.js';
import { sessionRule } from '../http/acl.js';
import { send } from '../http/send.js';

/**
 * Destroys a session: `PUT /v1/session/destroy/:id`. Succeeds for a session that is gone already.
 *
 * Release its locks first: one that it still holds falls under the lock-delay.
 *
 * @example
 * ```ts
 * createSession(consul, sessionOptions)
 *   .pipe(concatMap(({ id }) => destroySession(consul, id)))
 *   .subscribe({ complete: () => console.log('gone') }); // => gone
 * ```
 */
export function destroySession(consul: Consul, sessionId: string): Observable<void> {
  return send(consul, {
    method: 'PUT',
    path: `/v1/session/destroy/${encodeURIComponent(sessionId)}`,
    rule: sessionRule,
    read: ({ body }) =>
      pipe(
        decode(t.literal(true), body),
        E.map(() => undefined),
      ),
  });
}
