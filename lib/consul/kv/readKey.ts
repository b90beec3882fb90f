import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Observable } from 'rxjs';
import { longestHoldMs } from '../../config/timing/bounds.js';
import type { Instant } from '../../ports/instant.js';
import type { TransportResponse } from '../../ports/transport.js';
import { keyPath, keyRule, prefixRule } from '../http/acl.js';
import type { KeyEntry, KeyReading, PrefixReading } from '../http/answers.js';
import type { Consul } from '../http/consul.js';
import { decode, entriesCodec, entryOf } from '../http/decode.js';
import { type Call, send } from '../http/send.js';

/** What a blocking query waits for. */
export interface BlockingWait {
  /** Answers once the index is above this one; 1 or more. */
  readonly index: number;
  /** Answers at the latest after this time and up to a sixteenth of it, in milliseconds. */
  readonly waitMs: number;
}

/** How a key is read. */
export interface ReadKeyOptions {
  /**
   * Linearizable: the raft leader makes sure first that it still is the leader. Without it a leader
   * deposed an instant ago can answer with a stale entry. Defaults to `false`.
   */
  readonly consistent?: boolean;
  /** Makes it a blocking query. Defaults to an answer at once. */
  readonly wait?: BlockingWait;
}

/**
 * Reads a key: `GET /v1/kv/:key`, at once or as a blocking query.
 *
 * Source: https://developer.hashicorp.com/consul/api-docs/features/blocking.
 *
 * @example
 * ```ts
 * readKey(consul, 'locks/reports', { consistent: true })
 *   .subscribe(({ entry }) => console.log(entry?.sessionId ?? 'free')); // => free
 * ```
 */
export function readKey(
  consul: Consul,
  key: string,
  options: ReadKeyOptions = {},
): Observable<KeyReading> {
  return send(consul, {
    ...readQuery(options),
    method: 'GET',
    path: keyPath(key),
    rule: keyRule(key, 'read'),
    expected: [404],
    read: reading<Pick<KeyReading, 'entry'>>({ entry: undefined }, ([entry]) =>
      entry?.key === key ? E.right({ entry }) : E.left('it contains another key'),
    ),
  });
}

/** The query of a read, and for how long Consul may hold it back. */
function readQuery(
  { consistent, wait }: ReadKeyOptions,
  more: Readonly<Record<string, string>> = {},
): Pick<Call<unknown>, 'query' | 'heldBackMs'> {
  return {
    query: {
      ...more,
      ...(consistent === true && { consistent: '' }),
      ...(wait && { index: String(wait.index), wait: `${wait.waitMs}ms` }),
    },
    ...(wait && { heldBackMs: longestHoldMs(wait.waitMs) }),
  };
}

/** What an answer says: with 404 there is `nothing`, else what is `said` of the entries that it lists. */
const reading =
  <A extends object>(nothing: A, said: (entries: readonly KeyEntry[]) => E.Either<string, A>) =>
  ({ status, headers, body }: TransportResponse, sentAt: Instant) =>
    pipe(
      consulIndex(headers),
      E.chain((index) =>
        pipe(
          status === 404
            ? E.right(nothing)
            : pipe(
                decode(entriesCodec, body),
                E.chain((entries) => said(entries.map(entryOf))),
              ),
          E.map((whole) => ({ ...whole, index, sentAt })),
        ),
      ),
    );

/** Consul sends the index with 200 and with 404; whoever else answers does not. */
function consulIndex(headers: TransportResponse['headers']): E.Either<string, number> {
  const index = Number(headers['x-consul-index']);
  return Number.isSafeInteger(index) ? E.right(index) : E.left('it has no X-Consul-Index header');
}

/**
 * Reads all keys under a prefix: `GET /v1/kv/:prefix?recurse`, at once or as a blocking query.
 *
 * Keys that the ACL token may not read are left out.
 *
 * @example
 * ```ts
 * readPrefix(consul, 'locks/shards/')
 *   .subscribe(({ entries }) => console.log(`${entries.length} locks`)); // => 0 locks
 * ```
 */
export function readPrefix(
  consul: Consul,
  prefix: string,
  options: ReadKeyOptions = {},
): Observable<PrefixReading> {
  return send(consul, {
    ...readQuery(options, { recurse: '' }),
    method: 'GET',
    path: keyPath(prefix),
    rule: prefixRule(prefix, 'read'),
    expected: [404],
    read: reading<Pick<PrefixReading, 'entries'>>({ entries: [] }, (entries) =>
      E.right({ entries }),
    ),
  });
}
