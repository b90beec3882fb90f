import { distinctUntilChanged, map, type OperatorFunction } from 'rxjs';
import type { LeaderInfo, Leadership } from '../../leadership/leadership.js';

/** Who leads, and whether that is this process. */
export interface CurrentLeader extends LeaderInfo {
  /** Whether this process is the leader. */
  readonly isSelf: boolean;
}

/**
 * Who leads, this process included, each change once: for logs, redirects and status pages.
 * `undefined` while nobody leads or it is not known who does.
 *
 * ```
 * leadership$:  --F--V--L--E--F--|     F follows a, V nobody
 * result:       --a--n--s--n--a--|     s: this process, n: undefined
 * ```
 *
 * It tells what Consul said last. Whether it still holds, only the leader itself can know.
 *
 * @example
 * ```ts
 * election.leadership$.pipe(currentLeader()).subscribe((leader) => {
 *   console.log(leader?.isSelf ? 'this process leads' : leader ? 'another leads' : 'nobody leads');
 * });
 * // => nobody leads
 * // => this process leads
 * ```
 */
export function currentLeader(): OperatorFunction<Leadership, CurrentLeader | undefined> {
  return (leadership$) => leadership$.pipe(map(leaderOf), distinctUntilChanged(isSame));
}

function leaderOf(leadership: Leadership): CurrentLeader | undefined {
  switch (leadership.kind) {
    case 'Leader':
      return { sessionId: leadership.sessionId, metadata: leadership.metadata, isSelf: true };
    case 'Follower':
      return leadership.leader && { ...leadership.leader, isSelf: false };
    case 'Error':
      return undefined;
  }
}

const isSame = (one: CurrentLeader | undefined, other: CurrentLeader | undefined): boolean =>
  one?.sessionId === other?.sessionId &&
  one?.isSelf === other?.isSelf &&
  JSON.stringify(one?.metadata) === JSON.stringify(other?.metadata);
