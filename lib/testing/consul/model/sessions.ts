import * as E from 'fp-ts/lib/Either.js';
import { deleteKey, freeKey } from './keys.js';
import { armLockDelay } from './lockDelays.js';
import { nextEntry, type ConsulState, type ModelSession } from './state.js';

/** What a session is made of, decoded and within Consul's limits. */
export type SessionRequest = Omit<ModelSession, 'expiresAtMs' | 'createIndex'>;

/** Makes a session, or says why its node or its checks do not allow it. */
export function createSession(
  state: ConsulState,
  request: SessionRequest,
  nowMs: number,
): readonly [ConsulState, E.Either<string, string>] {
  const next = nextEntry(state);
  const problem = registrationProblem(state, request);
  if (problem !== undefined) return [next, E.left(problem)];
  const expiresAtMs = request.ttlMs === 0 ? undefined : deadline(request.ttlMs, nowMs);
  const session = { ...request, expiresAtMs, createIndex: next.index };
  const sessions = new Map(state.sessions).set(request.id, session);
  return [{ ...next, sessions, sessionsIndex: next.index }, E.right(request.id)];
}

/** Starts the session's time anew. It is no write: it takes no raft index and wakes nobody. */
export function renewSession(
  state: ConsulState,
  id: string,
  nowMs: number,
): readonly [ConsulState, ModelSession | undefined] {
  const session = sessionOf(state, id);
  if (session === undefined || session.ttlMs === 0) return [state, session];
  const renewed = { ...session, expiresAtMs: deadline(session.ttlMs, nowMs) };
  return [{ ...state, sessions: new Map(state.sessions).set(session.id, renewed) }, renewed];
}

/**
 * Ends a session at the given moment: its keys are released or deleted, as its behavior says, and
 * the lock-delay bars them.
 */
export function endSession(state: ConsulState, id: string, nowMs: number): ConsulState {
  const next = nextEntry(state);
  const session = sessionOf(state, id);
  if (session === undefined) return next;
  const sessions = new Map([...state.sessions].filter(([known]) => known !== session.id));
  const without = { ...next, sessions, sessionsIndex: next.index };
  const held = [...state.entries.values()].filter(
    ({ sessionId }) => sessionId?.toLowerCase() === session.id,
  );
  const freed = held.reduce<ConsulState>(
    (kept, entry) =>
      session.behavior === 'delete' ? deleteKey(kept, entry.key) : freeKey(kept, entry),
    without,
  );
  return armLockDelay(
    freed,
    session,
    held.map(({ key }) => key),
    nowMs,
  );
}

/** The session of an ID in whatever case: Consul's store compares the bytes of the UUID. */
export function sessionOf(state: ConsulState, id: string): ModelSession | undefined {
  return state.sessions.get(id.toLowerCase());
}

/** The checks that end the session when one of them turns critical. */
export function checksOf(
  session: Pick<ModelSession, 'nodeChecks' | 'legacyChecks' | 'serviceChecks'>,
): readonly string[] {
  const services = (session.serviceChecks ?? []).map(({ id }) => id);
  return [...session.legacyChecks, ...session.nodeChecks, ...services];
}

/** When a session ends that is renewed now: Consul promises the TTL and enforces twice its value. */
export function deadline(ttlMs: number, nowMs: number): number {
  return nowMs + 2 * ttlMs;
}

function registrationProblem(state: ConsulState, request: SessionRequest): string | undefined {
  if (request.node.toLowerCase() !== state.nodeName.toLowerCase()) {
    return 'Missing node registration';
  }
  return checksOf(request)
    .map((check) => {
      const status = state.checks.get(check)?.status;
      if (status === undefined) return `Missing check '${check}' registration`;
      return status === 'critical' ? `Check '${check}' is in critical state` : undefined;
    })
    .find((problem) => problem !== undefined);
}
