import { map, type Observable } from 'rxjs';
import type { Consul } from '../consul/http/consul.js';
import { readKey } from '../consul/kv/readKey.js';
import type { Instant } from '../ports/instant.js';

/** The session held the lock. */
export interface HeldEvidence {
  /** Tells it from its opposite. */
  readonly kind: 'held';
  /** Raft index of the entry's last change. */
  readonly modifyIndex: number;
  /** The lock was held at some moment not before this one. */
  readonly sentAt: Instant;
}

/** The session did not hold the lock. */
export interface AbsentEvidence {
  /** Tells it from its opposite. */
  readonly kind: 'absent';
}

/** Whether a linearizable read showed the lock in the session's hands. */
export type Evidence = HeldEvidence | AbsentEvidence;

/**
 * Asks Consul's raft leader, after it made sure that it still is the leader (`?consistent`), whether
 * the session holds the key.
 *
 * `held` proves that it did at some moment not before `sentAt`. Nothing weaker does: a leader deposed
 * an instant ago answered a default read with a stale owner, and a renewal of a destroyed session.
 *
 * @param acquiredAt - raft index of the acquisition that is to be confirmed. An entry that was created later
 * is `absent`: somebody has deleted the key meanwhile, so it may have passed through other hands, and an
 * acquisition of this session that was late on its way has taken it again. Defaults to any acquisition.
 *
 * @example
 * ```ts
 * withSession(consul, sessionOptions, ({ id }) => readEvidence(consul, 'locks/reports', id))
 *   .subscribe(({ kind }) => console.log(kind)); // => absent
 * ```
 */
export function readEvidence(
  consul: Consul,
  key: string,
  sessionId: string,
  acquiredAt = Infinity,
): Observable<Evidence> {
  return readKey(consul, key, { consistent: true }).pipe(
    map(({ entry, sentAt }) =>
      entry?.sessionId === sessionId && entry.createIndex <= acquiredAt
        ? { kind: 'held', modifyIndex: entry.modifyIndex, sentAt }
        : { kind: 'absent' },
    ),
  );
}
