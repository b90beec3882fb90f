import { checksOf, endSession } from './sessions.js';
import { nextEntry, type CheckStatus, type ConsulState, type ModelCheck } from './state.js';

/**
 * Registers a check of the node, or changes its status. A check that turns critical ends every
 * session that depends on it, at once.
 */
export function setNodeCheck(
  state: ConsulState,
  id: string,
  status: CheckStatus,
  nowMs: number,
): ConsulState {
  const unknown: ModelCheck = {
    ...{ id, name: id, status, notes: '', output: '', serviceId: '' },
    timer: undefined,
  };
  return putCheck(state, { ...(state.checks.get(id) ?? unknown), status }, nowMs);
}

/** Puts a check into the catalog. What only the agent knows, such as a timer, is no write. */
export function putCheck(state: ConsulState, check: ModelCheck, nowMs: number): ConsulState {
  const checks = new Map(state.checks).set(check.id, check);
  if (!isNews(state.checks.get(check.id), check)) return { ...state, checks };
  const next = { ...nextEntry(state), checks };
  return check.status === 'critical' ? endDependents(next, [check.id], nowMs) : next;
}

/**
 * Takes checks out of the catalog, and ends the sessions that depend on them. It is part of the
 * caller's raft entry.
 */
export function dropChecks(state: ConsulState, ids: readonly string[], nowMs: number): ConsulState {
  const checks = new Map([...state.checks].filter(([id]) => !ids.includes(id)));
  return endDependents({ ...state, checks }, ids, nowMs);
}

/** Ends the sessions that depend on one of the checks. */
export function endDependents(
  state: ConsulState,
  ids: readonly string[],
  nowMs: number,
): ConsulState {
  return [...state.sessions.values()]
    .filter((session) => checksOf(session).some((check) => ids.includes(check)))
    .reduce<ConsulState>((kept, { id }) => endSession(kept, id, nowMs), state);
}

function isNews(known: ModelCheck | undefined, check: ModelCheck): boolean {
  return (
    known?.name !== check.name ||
    known.status !== check.status ||
    known.output !== check.output ||
    known.notes !== check.notes
  );
}
