import { deadline, endSession } from './sessions.js';
import type { ConsulState, ModelSession } from './state.js';
import { checksDue, type Due } from './ttlChecks.js';

/** When the next session or check expires if nobody renews one; `undefined` when none does. */
export function nextDeadlineMs(state: ConsulState): number | undefined {
  return nextDue(state)?.atMs;
}

/**
 * Brings the state to the given moment: does everything whose time has come, in the order of the
 * deadlines, each at its own deadline, so that a lock-delay counts from there however late somebody
 * looks.
 */
export function advanceTo(state: ConsulState, nowMs: number): ConsulState {
  const due = nextDue(state);
  return due === undefined || due.atMs > nowMs ? state : advanceTo(due.apply(state), nowMs);
}

function nextDue(state: ConsulState): Due | undefined {
  const sessions = [...state.sessions.values()].flatMap(({ id, expiresAtMs }) =>
    expiresAtMs === undefined
      ? []
      : [
          {
            atMs: expiresAtMs,
            apply: (current: ConsulState) => endSession(current, id, expiresAtMs),
          },
        ],
  );
  return [...sessions, ...checksDue(state)].reduce<Due | undefined>(
    (first, due) => (first === undefined || due.atMs < first.atMs ? due : first),
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
