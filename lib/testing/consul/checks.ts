import { checksOf, endSession } from './sessions.js';
import { nextEntry, type CheckStatus, type ConsulState } from './state.js';

/**
 * Registers a check of the node, or changes its status. A check that turns critical ends every
 * session that depends on it, at once.
 */
export function setNodeCheck(
  state: ConsulState,
  check: string,
  status: CheckStatus,
  nowMs: number,
): ConsulState {
  const next = { ...nextEntry(state), checks: new Map(state.checks).set(check, status) };
  if (status === 'passing') return next;
  return [...state.sessions.values()]
    .filter((session) => checksOf(session).includes(check))
    .reduce<ConsulState>((kept, { id }) => endSession(kept, id, nowMs), next);
}
