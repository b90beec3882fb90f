import * as E from 'fp-ts/lib/Either.js';
import { entriesUnder } from './indexes.js';
import {
  deleteKey,
  deleteKeyCas,
  deleteTree,
  lockKey,
  setKey,
  setKeyCas,
  unlockKey,
  type KeyChange,
  type KeyWrite,
} from './keys.js';
import type { ConsulState, ModelEntry } from './state.js';

/** One operation on the key-value store inside a transaction, as `PUT /v1/txn` names its parts. */
export interface TransactionOperation extends KeyWrite {
  readonly verb: string;
  readonly index: bigint;
  readonly sessionId: string;
}

/** What one operation does: the state after it and the entries it reports, or what went wrong. */
export type Verb = (
  state: ConsulState,
  operation: TransactionOperation,
) => E.Either<string, readonly [ConsulState, readonly ModelEntry[]]>;

/** Whether the operation only reads. An unknown verb counts as a read, as in Consul. */
export function isRead({ verb }: TransactionOperation): boolean {
  return !Object.hasOwn(writes, verb);
}

/** The meaning of an operation's verb. */
export function verbOf({ verb }: TransactionOperation): Verb {
  const verbs = { ...reads, ...writes };
  const known = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined;
  return known ?? (() => E.left(`unknown KV verb ${JSON.stringify(verb)}`));
}

const reads: Readonly<Record<string, Verb>> = {
  get: (state, { key }) => {
    const entry = state.entries.get(key);
    return entry === undefined ? E.left(`key "${key}" doesn't exist`) : E.right([state, [entry]]);
  },
  'get-tree': (state, { key }) => E.right([state, entriesUnder(state, key)]),
  'check-index': (state, { key, index }) => {
    const entry = state.entries.get(key);
    if (entry === undefined) return E.left(`failed to check index, key "${key}" doesn't exist`);
    return BigInt(entry.modifyIndex) === index
      ? E.right([state, [withoutValue(entry)]])
      : E.left(
          `failed index check for key "${key}", ` +
            `current modify index ${entry.modifyIndex} != ${index}`,
        );
  },
  'check-session': (state, { key, sessionId }) => {
    const entry = state.entries.get(key);
    if (entry === undefined) return E.left(`failed to check session, key "${key}" doesn't exist`);
    const holder = entry.sessionId ?? '';
    return holder === sessionId
      ? E.right([state, [withoutValue(entry)]])
      : E.left(
          `failed session check for key "${key}", current session "${holder}" != "${sessionId}"`,
        );
  },
  'check-not-exists': (state, { key }) =>
    state.entries.has(key) ? E.left(`key "${key}" exists`) : E.right([state, []]),
};

const writes: Readonly<Record<string, Verb>> = {
  set: (state, operation) => written(operation, [setKey(state, operation), true], ''),
  cas: (state, operation) =>
    written(
      operation,
      setKeyCas(state, operation, operation.index),
      `failed to set key "${operation.key}", index is stale`,
    ),
  lock: (state, operation) =>
    E.chain((change: KeyChange) =>
      written(operation, change, `failed to lock key "${operation.key}", lock is already held`),
    )(lockKey(state, operation, operation.sessionId)),
  unlock: (state, operation) =>
    E.chain((change: KeyChange) =>
      written(
        operation,
        change,
        `failed to unlock key "${operation.key}", lock isn't held, or is held by another session`,
      ),
    )(unlockKey(state, operation, operation.sessionId)),
  delete: (state, { key }) => E.right([deleteKey(state, key), []]),
  'delete-tree': (state, { key }) => E.right([deleteTree(state, key), []]),
  'delete-cas': (state, { key, index }) => {
    const [next, deleted] = deleteKeyCas(state, key, index);
    return deleted ? E.right([next, []]) : E.left(`failed to delete key "${key}", index is stale`);
  },
};

function written(
  { key }: TransactionOperation,
  [state, changed]: KeyChange,
  refusal: string,
): ReturnType<Verb> {
  if (!changed) return E.left(refusal);
  const entry = state.entries.get(key);
  return E.right([state, entry === undefined ? [] : [withoutValue(entry)]]);
}

/** Consul leaves the value out of the result of everything but `get` and `get-tree`. */
function withoutValue(entry: ModelEntry): ModelEntry {
  return { ...entry, valueBase64: '' };
}
