import * as E from 'fp-ts/lib/Either.js';
import { encodeBase64 } from '../../encoding/base64.js';
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
} from '../../model/keys.js';
import { isDelayed } from '../../model/lockDelays.js';
import { nextEntry, type ConsulState } from '../../model/state.js';
import { answer, jsonResponse, textResponse, type Call, type Handler } from '../message.js';
import { bodyProblem, conflict, parseUint64 } from '../parameters.js';

/** A write that reached the log, or what Consul answers instead, with status 500. */
type Written = readonly [ConsulState, E.Either<string, boolean>];

/** `PUT /v1/kv/:key`, plain or with one of `?cas`, `?acquire`, `?release`, and with `?flags`. */
export const keyWrite: Handler = (state, call, nowMs) => {
  const refusal =
    (call.rest === '' ? textResponse(400, 'Missing key name') : undefined) ??
    conflict(call, ['cas', 'acquire', 'release']) ??
    bodyProblem(call, 'kv_max_value_size');
  if (refusal !== undefined) return [state, answer(refusal)];
  const flags = call.query['flags'] ?? '';
  const parsed = flags === '' ? E.right(0n) : parseUint64(flags);
  if (E.isLeft(parsed)) return [state, answer(textResponse(500, parsed.left))];
  const valueBase64 = encodeBase64(call.body);
  return respond(write(state, call, { key: call.rest, valueBase64, flags: parsed.right }, nowMs));
};

/** `DELETE /v1/kv/:key`, plain or with one of `?cas`, `?recurse`. */
export const keyDelete: Handler = (state, call) => {
  const { query, rest: key } = call;
  const refusal = conflict(call, ['recurse', 'cas']);
  if (refusal !== undefined) return [state, answer(refusal)];
  const next = nextEntry(state);
  if (query['recurse'] !== undefined) return respond([deleteTree(next, key), E.right(true)]);
  if (key === '') return [state, answer(textResponse(400, 'Missing key name'))];
  if (query['cas'] === undefined) return respond([deleteKey(next, key), E.right(true)]);
  const index = parseUint64(query['cas']);
  return respond(E.isLeft(index) ? [state, index] : applied(deleteKeyCas(next, key, index.right)));
};

function write(state: ConsulState, { query }: Call, entry: KeyWrite, nowMs: number): Written {
  const { cas, acquire, release } = query;
  const next = nextEntry(state);
  if (cas !== undefined) {
    const index = parseUint64(cas);
    return E.isLeft(index) ? [state, index] : applied(setKeyCas(next, entry, index.right));
  }
  if (acquire !== undefined) {
    // The server asks for the lock-delay before it writes to the log, and before it knows the session.
    if (isDelayed(state, entry.key, nowMs)) return [state, E.right(false)];
    return locked(next, lockKey(next, entry, acquire));
  }
  if (release !== undefined) return locked(next, unlockKey(next, entry, release));
  return [setKey(next, entry), E.right(true)];
}

function applied([state, changed]: KeyChange): Written {
  return [state, E.right(changed)];
}

function locked(state: ConsulState, change: E.Either<string, KeyChange>): Written {
  return E.isLeft(change) ? [state, change] : applied(change.right);
}

function respond([state, outcome]: Written): ReturnType<Handler> {
  const response = E.isLeft(outcome)
    ? textResponse(500, outcome.left)
    : jsonResponse(outcome.right);
  return [state, answer(response)];
}
