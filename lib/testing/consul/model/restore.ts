import { startDeadlinesAnew } from './expiry.js';
import { withAgentOf } from './ttlChecks.js';
import type { ConsulState } from './state.js';

/** What a restoration leaves free in the raft log, so that followers fetch the snapshot instead. */
const hole = 3;

/**
 * A snapshot in the place of everything, as Consul restores one: keys and sessions are those of then,
 * sessions start their time anew, and lock-delays, which only the raft leader's memory had, are
 * forgotten. Checks are the agent's own, which tells them anew.
 *
 * In the same cluster raft indexes go on above the latest: seen on 1.8.7, where 23 came after 19.
 * Elsewhere they go on from the snapshot's, so that some are given a second time.
 */
export function restored(
  state: ConsulState,
  snapshot: ConsulState,
  nowMs: number,
  elsewhere: boolean,
): ConsulState {
  const index = elsewhere ? snapshot.index : Math.max(state.index, snapshot.index) + hole;
  const next = startDeadlinesAnew({ ...snapshot, index, lockDelays: new Map() }, nowMs);
  return withAgentOf(state, next, nowMs);
}
