import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Observable } from 'rxjs';
import type { CreatedSession } from '../http/answers.js';
import { createdCodec, decode } from '../http/decode.js';
import type { Consul } from '../http/consul.js';
import { sessionRule } from '../http/acl.js';
import { send } from '../http/send.js';

/** The session to create. */
export interface SessionSpec {
  /** Shown by Consul's tools. */
  readonly name: string;
  /** TTL, in milliseconds, 10 000 to 86 400 000; Consul enforces twice the value. */
  readonly ttlMs: number;
  /** For how long nobody gets the locks of the session after it has ended, in milliseconds, up to 60 000. */
  readonly lockDelayMs: number;
  /** What becomes of the keys it holds when it ends: they are released, or deleted. Defaults to `release`. */
  readonly behavior?: 'release' | 'delete';
  /** Health checks of the node on which the session depends; an empty list means none. */
  readonly nodeChecks: readonly string[];
  /** The TTL check of this process on which the session depends, too; see `registerCheck`. Defaults to none. */
  readonly ttlCheckId?: string;
}

/**
 * Creates a session: `PUT /v1/session/create`.
 *
 * Source: https://developer.hashicorp.com/consul/api-docs/session.
 *
 * @example
 * ```ts
 * const spec = { name: 'reports', ttlMs: 10_000, lockDelayMs: 5_000, nodeChecks: ['serfHealth'] };
 * createSession(consul, spec)
 *   .pipe(switchMap(({ id }) => destroySession(consul, id)))
 *   .subscribe(() => console.log('created and destroyed')); // => created and destroyed
 * ```
 */
export function createSession(consul: Consul, spec: SessionSpec): Observable<CreatedSession> {
  const body = {
    Name: spec.name,
    TTL: `${spec.ttlMs}ms`,
    // Always sent: left out it means 15 s, and as a number its unit depends on its size.
    LockDelay: `${spec.lockDelayMs}ms`,
    Behavior: spec.behavior ?? 'release',
    NodeChecks: spec.nodeChecks,
    ...(spec.ttlCheckId === undefined ? {} : { ServiceChecks: [{ ID: spec.ttlCheckId }] }),
  };
  return send(consul, {
    method: 'PUT',
    path: '/v1/session/create',
    body: JSON.stringify(body),
    rule: sessionRule,
    ...(spec.ttlCheckId === undefined ? {} : { checkId: spec.ttlCheckId }),
    read: (response, sentAt) =>
      pipe(
        decode(createdCodec, response.body),
        E.map(({ ID }) => ({ id: ID, sentAt })),
      ),
  });
}
