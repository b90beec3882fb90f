import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Observable } from 'rxjs';
import type { KeyReading } from './answers.js';
import { entriesCodec } from './codecs.js';
import type { Consul } from './consul.js';
import { decode } from './decode.js';
import { entryOf } from './keyEntry.js';
import { keyPath, keyRule } from './keyPath.js';
import { send } from './send.js';

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
  { consistent, wait }: ReadKeyOptions = {},
): Observable<KeyReading> {
  return send(consul, {
    method: 'GET',
    path: keyPath(key),
    query: {
      ...(consistent === true && { consistent: '' }),
      ...(wait && { index: String(wait.index), wait: `${wait.waitMs}ms` }),
    },
    rule: keyRule(key, 'read'),
    ...(wait && { heldBackMs: Math.ceil((wait.waitMs * 17) / 16) }),
    expected: [404],
    read: ({ status, headers, body }, sentAt) => {
      const index = Number(headers['x-consul-index']);
      // Consul sends the index with 200 and with 404; whoever else answers does not.
      if (!Number.isSafeInteger(index)) return E.left('it has no X-Consul-Index');
      if (status === 404) return E.right({ entry: undefined, index, sentAt });
      return pipe(
        decode(entriesCodec, body),
        E.chainW(([entry]) =>
          entry?.Key === key
            ? E.right({ entry: entryOf(entry), index, sentAt })
            : E.left('it lists another key'),
        ),
      );
    },
  });
}
