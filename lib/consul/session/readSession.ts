import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Observable } from 'rxjs';
import type { SessionInfo } from '../http/answers.js';
import { decode, goDurationMs, sessionsCodec } from '../http/decode.js';
import type { Consul } from '../http/consul.js';
import { sessionReadRule } from '../http/acl.js';
import { send } from '../http/send.js';

/** How a session is read. */
export interface ReadSessionOptions {
  /** Linearizable: the raft leader makes sure first that it still is the leader. Defaults to `false`. */
  readonly consistent?: boolean;
}

/**
 * Describes a session: `GET /v1/session/info/:id`; `undefined` when it is gone.
 *
 * A token without `session:read` gets the same empty answer, so `undefined` proves nothing.
 *
 * @example
 * ```ts
 * withSession(consul, sessionOptions, ({ id }) => readSession(consul, id))
 *   .subscribe((session) => console.log(session?.name)); // => reports
 * ```
 */
export function readSession(
  consul: Consul,
  sessionId: string,
  { consistent }: ReadSessionOptions = {},
): Observable<SessionInfo | undefined> {
  return send(consul, {
    method: 'GET',
    path: `/v1/session/info/${encodeURIComponent(sessionId)}`,
    query: consistent === true ? { consistent: '' } : {},
    rule: sessionReadRule,
    read: ({ body }) =>
      pipe(
        decode(sessionsCodec, body),
        E.map(([session]) => session && toSessionInfo(session)),
      ),
  });
}

const nanosecondsPerMs = 1_000_000n;

type Listed = (typeof sessionsCodec)['_A'][number];

const toSessionInfo = (session: Listed): SessionInfo => ({
  id: session.ID,
  name: session.Name,
  node: session.Node,
  lockDelayMs: Number(session.LockDelay / nanosecondsPerMs),
  behavior: session.Behavior,
  ttlMs: goDurationMs(session.TTL ?? ''),
  createIndex: session.CreateIndex,
});
