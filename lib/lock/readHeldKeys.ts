import { map, type Observable } from 'rxjs';
import type { Consul } from '../consul/http/consul.js';
import { readPrefix } from '../consul/kv/readKey.js';
import type { Instant } from '../ports/instant.js';

/** The locks of a session under a prefix. */
export interface HeldKeys {
  /** Raft index of each entry's last change, by key. */
  readonly modifyIndexOf: ReadonlyMap<string, number>;
  /** They were held at some moment not before this one. */
  readonly sentAt: Instant;
}

/**
 * Asks Consul's raft leader, after it made sure that it still is the leader (`?consistent`), which keys
 * under a prefix the session holds. Proves as much for each of them as `readEvidence` does for one.
 */
export function readHeldKeys(
  consul: Consul,
  prefix: string,
  sessionId: string,
): Observable<HeldKeys> {
  return readPrefix(consul, prefix, { consistent: true }).pipe(
    map(({ entries, sentAt }) => ({
      modifyIndexOf: new Map(
        entries
          .filter((entry) => entry.sessionId === sessionId)
          .map(({ key, modifyIndex }) => [key, modifyIndex]),
      ),
      sentAt,
    })),
  );
}
