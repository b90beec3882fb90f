import { decodeBase64 } from '../../encoding/base64.js';
import * as E from 'fp-ts/lib/Either.js';
import { entriesUnder, keyIndex, prefixIndex } from '../../model/indexes.js';
import type { ConsulState, ModelEntry } from '../../model/state.js';
import {
  answer,
  emptyResponse,
  jsonResponse,
  textResponse,
  type Handler,
  type ModelResponse,
} from '../message.js';
import { reading } from '../reading.js';
import { entryJson } from '../representation.js';

/** `GET /v1/kv/:key`, with `?keys`, `?recurse`, `?raw`, and blocking. */
export const keyRead: Handler = (state, call) => {
  const { query, rest: key } = call;
  const underPrefix = (current: ConsulState): number => prefixIndex(current, key);
  if (query['keys'] !== undefined) {
    const list = (current: ConsulState): ModelResponse =>
      listed(keyNames(entriesUnder(current, key), key, query['separator'] ?? ''));
    return [state, reading(call, underPrefix, list)];
  }
  if (query['recurse'] !== undefined) {
    const list = (current: ConsulState): ModelResponse =>
      listed(entriesUnder(current, key).map(entryJson));
    return [state, reading(call, underPrefix, list)];
  }
  if (key === '') return [state, answer(textResponse(400, 'Missing key name'))];
  const one = (current: ConsulState): ModelResponse => {
    const entry = current.entries.get(key);
    if (entry === undefined) return emptyResponse(404);
    return query['raw'] === undefined ? jsonResponse([entryJson(entry)]) : raw(entry);
  };
  return [state, reading(call, (current) => keyIndex(current, key), one)];
};

function listed(items: readonly unknown[]): ModelResponse {
  return items.length === 0 ? emptyResponse(404) : jsonResponse(items);
}

/** The keys, each cut after the first separator behind the prefix, and each once. */
function keyNames(
  entries: readonly ModelEntry[],
  prefix: string,
  separator: string,
): readonly string[] {
  const cut = (key: string): string => {
    const end = separator === '' ? -1 : key.indexOf(separator, prefix.length);
    return end === -1 ? key : key.slice(0, end + separator.length);
  };
  return [...new Set(entries.map(({ key }) => cut(key)))];
}

function raw(entry: ModelEntry): ModelResponse {
  const headers = {
    'content-type': 'text/plain',
    'content-security-policy': 'sandbox',
    'x-content-type-options': 'nosniff',
  };
  const body = E.getOrElse((): Uint8Array => new Uint8Array())(decodeBase64(entry.valueBase64));
  return { status: 200, headers, body };
}
