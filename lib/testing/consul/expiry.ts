import { deadline, endSession } from './sessions.js';
import type { ConsulState, ModelSession } from './state.js';

/** When the next session expires if nobody renews one; `undefined` when none does. */
export function nextDeadlineMs(state: ConsulState): number | undefined {
  return nextToExpire(state)?.expiresAtMs;
}

/**
 * Brings the state to the given moment: ends every session whose time has come, in the order of
 * their deadlines, each at its own deadline, so that a lock-delay counts from there however late
 * somebody looks.
 */
export function advanceTo(state: ConsulState, nowMs: number): ConsulState {
  const session = nextToExpire(state);
  if (session?.expiresAtMs === undefined || session.expiresAtMs > nowMs) return state;
  return advanceTo(endSession(state, session.id, session.expiresAtMs), nowMs);
}

function nextToExpire(state: ConsulState): ModelSession | undefined {
  const expiryOf = (session: ModelSession): number => session.expiresAtMs ?? Infinity;
  return [...state.sessions.values()]
    .filter(({ expiresAtMs }) => expiresAtMs !== undefined)
    .reduce<ModelSession | undefined>(
      (first, session) =>
        first === undefined || expiryOf(session) < expiryOf(first) ? session : first,
      undefined,
    );
}

/** A new raft leader knows no deadlines: every session's time starts anew. */
export function startDeadlinesAnew(state: ConsulState, nowMs: number): ConsulState {
  const sessions = [...state.sessions].map(
    ([id, session]) => [id, { ...session, expiresAtMs: newDeadline(session, nowMs) }] as const,
  );
  return { ...state, sessions: new Map(sessions) };
}

function newDeadline({ ttlMs, expiresAtMs }: ModelSession, nowMs: number): number | undefined {
  return expiresAtMs === undefined ? undefined : deadline(ttlMs, nowMs);
}
