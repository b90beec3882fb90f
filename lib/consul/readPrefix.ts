import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Observable } from 'rxjs';
import type { PrefixReading } from './answers.js';
import { entriesCodec } from './codecs.js';
import type { Consul } from './consul.js';
import { decode } from './decode.js';
import { entryOf } from './keyEntry.js';
import { keyPath, prefixRule } from './keyPath.js';
import { consulIndex, readQuery, type ReadKeyOptions } from './readKey.js';
import { send } from './send.js';

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
    read: ({ status, headers, body }, sentAt) =>
      pipe(
        consulIndex(headers),
        E.chain((index) =>
          status === 404
            ? E.right({ entries: [], index, sentAt })
            : pipe(
                decode(entriesCodec, body),
                E.map((entries) => ({ entries: entries.map(entryOf), index, sentAt })),
              ),
        ),
      ),
  });
}
