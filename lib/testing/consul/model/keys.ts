import * as E from 'fp-ts/lib/Either.js';
import { uuidProblem } from '../encoding/uuid.js';
import type { ConsulState, ModelEntry } from './state.js';

/** What a write puts into an entry. */
export interface KeyWrite {
  readonly key: string;
  readonly valueBase64: string;
  readonly flags: bigint;
}

/**
 * Every function of this file makes one change at the state's own raft index, which the caller has
 * advanced; the operations of one transaction share it. A refusal is the state unchanged.
 */
export type KeyChange = readonly [state: ConsulState, changed: boolean];

/** Writes a key. The holder stays, and the lock index falls to 0, as Consul does it. */
export function setKey(state: ConsulState, write: KeyWrite): ConsulState {
  const sessionId = state.entries.get(write.key)?.sessionId;
  return store(state, { ...write, sessionId, lockIndex: 0 });
}

/** Writes a key if its modify index is the given one; 0 means that it must not exist. */
export function setKeyCas(state: ConsulState, write: KeyWrite, index: bigint): KeyChange {
  const current = BigInt(state.entries.get(write.key)?.modifyIndex ?? 0);
  return current === index ? [setKey(state, write), true] : [state, false];
}

/** Acquires a key for a session, or acquires it again. Does not look at the lock-delay. */
export function lockKey(
  state: ConsulState,
  write: KeyWrite,
  sessionId: string,
): E.Either<string, KeyChange> {
  const problem = sessionProblem(state, sessionId);
  if (problem !== undefined) return E.left(problem);
  const current = state.entries.get(write.key);
  if (current?.sessionId !== undefined && current.sessionId !== sessionId) {
    return E.right([state, false]);
  }
  const heldBefore = current?.sessionId === sessionId;
  const lockIndex = (current?.lockIndex ?? 0) + (heldBefore ? 0 : 1);
  return E.right([store(state, { ...write, sessionId, lockIndex }), true]);
}

/** Releases a key, which also writes it, if this session holds it. */
export function unlockKey(
  state: ConsulState,
  write: KeyWrite,
  sessionId: string,
): E.Either<string, KeyChange> {
  if (sessionId === '') return E.left('missing session');
  const current = state.entries.get(write.key);
  if (current?.sessionId !== sessionId) return E.right([state, false]);
  const released = { ...write, sessionId: undefined, lockIndex: current.lockIndex };
  return E.right([store(state, released), true]);
}

/** Takes a key out of its session's hands when the session ends; value and lock index stay. */
export function freeKey(state: ConsulState, entry: ModelEntry): ConsulState {
  return store(state, { ...entry, sessionId: undefined });
}

/** Deletes a key. Deleting one that does not exist changes nothing. */
export function deleteKey(state: ConsulState, key: string): ConsulState {
  return state.entries.has(key) ? bury(state, key, (name) => name === key) : state;
}

/** Deletes a key if its modify index is the given one; a key that does not exist counts as deleted. */
export function deleteKeyCas(state: ConsulState, key: string, index: bigint): KeyChange {
  const current = state.entries.get(key);
  const allowed = current === undefined || BigInt(current.modifyIndex) === index;
  return allowed ? [deleteKey(state, key), true] : [state, false];
}

/** Deletes every key that starts with the prefix. */
export function deleteTree(state: ConsulState, prefix: string): ConsulState {
  const any = [...state.entries.keys()].some((key) => key.startsWith(prefix));
  return any ? bury(state, prefix, (key) => key.startsWith(prefix)) : state;
}

/** Why a session cannot acquire anything: none named, no UUID, or unknown. Otherwise `undefined`. */
function sessionProblem(state: ConsulState, sessionId: string): string | undefined {
  if (sessionId === '') return 'missing session';
  const known = state.sessions.has(sessionId.toLowerCase());
  return uuidProblem(sessionId) ?? (known ? undefined : `invalid session "${sessionId}"`);
}

/** Puts an entry into the store, unless nothing but its index would change. */
function store(
  state: ConsulState,
  entry: Omit<ModelEntry, 'createIndex' | 'modifyIndex'>,
): ConsulState {
  const current = state.entries.get(entry.key);
  if (current !== undefined && sameEntry(current, entry)) return state;
  const createIndex = current?.createIndex ?? state.index;
  const stored = { ...entry, createIndex, modifyIndex: state.index };
  const entries = new Map(state.entries).set(entry.key, stored);
  return { ...state, entries, keysIndex: state.index };
}

function sameEntry(a: ModelEntry, b: Omit<ModelEntry, 'createIndex' | 'modifyIndex'>): boolean {
  return (
    a.valueBase64 === b.valueBase64 &&
    a.flags === b.flags &&
    a.sessionId === b.sessionId &&
    a.lockIndex === b.lockIndex
  );
}

function bury(state: ConsulState, stone: string, dead: (key: string) => boolean): ConsulState {
  const entries = new Map([...state.entries].filter(([key]) => !dead(key)));
  const tombstones = new Map(state.tombstones).set(stone, state.index);
  return { ...state, entries, tombstones, keysIndex: state.index };
}
