import { concatMap, map, of, type Observable } from 'rxjs';
import { classifyFailure } from '../consul/http/failures.js';
import type { Consul } from '../consul/http/consul.js';
import { sessionReadRule } from '../consul/http/acl.js';
import { readSession } from '../consul/session/readSession.js';
import { renewSession } from '../consul/session/renewSession.js';
import type { Instant } from '../ports/instant.js';

/** Evidence that a session existed. */
export interface SessionEvidence {
  /** It existed at some moment not before this one. */
  readonly sentAt: Instant;
}

/**
 * Asks Consul's raft leader, after it made sure that it still is the leader (`?consistent`), whether
 * the session exists. Errors with `SESSION_LOST` when it does not.
 *
 * A token without `session:read` gets the answer of a session that is gone. A renewal tells the two
 * apart, and proves nothing else: it comes from a token that may write sessions, so the error is then
 * `PERMISSION_DENIED`.
 */
export function readSessionEvidence(
  consul: Consul,
  sessionId: string,
): Observable<SessionEvidence> {
  const { now } = consul.time;
  return of(undefined).pipe(
    map(now),
    concatMap((sentAt) =>
      readSession(consul, sessionId, { consistent: true }).pipe(
        concatMap((session) =>
          session === undefined
            ? renewSession(consul, sessionId).pipe(
                map(() => {
                  throw hidden(sessionId);
                }),
              )
            : of({ sentAt }),
        ),
      ),
    ),
  );
}

const hidden = (sessionId: string) =>
  classifyFailure(
    { status: 403, headers: {}, body: 'Permission denied' },
    { rule: sessionReadRule, what: `GET /v1/session/info/${sessionId}` },
  );
