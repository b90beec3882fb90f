import { concatMap, defer, expand, map, timer, type Observable } from 'rxjs';
import type { KeyReading } from '../consul/answers.js';
import type { Consul } from '../consul/consul.js';
import { readKey } from '../consul/readKey.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import { advance, freshCursor, paceMs, type Cursor } from './cursor.js';

/** A reading of the watched key, and when it arrived. */
export interface Sighting extends KeyReading {
  /** When the answer arrived. */
  readonly receivedAt: Instant;
}

/** How a key is watched. */
export interface WatchOptions {
  /**
   * For how long Consul may hold a query back, in milliseconds, at most 60 000: after a restored
   * snapshot a watch can miss changes until its wait ends.
   */
  readonly waitMs: number;
}

/**
 * Watches one key by blocking queries: emits what stands there at once, then after every change, and
 * whenever a wait ends without one.
 *
 * ```
 * watchKey:  --a--------b---b--...      (never completes; errors as the request does)
 * ```
 *
 * It does not retry: put `retryWithBackoff` behind it, and it starts again with a plain read.
 *
 * @example
 * ```ts
 * watchKey(consul, 'locks/reports', { waitMs: 60_000 })
 *   .pipe(
 *     retryWithBackoff(),
 *     map((sighting) => sighting.entry?.sessionId),
 *     distinctUntilChanged(),
 *   )
 *   .subscribe((sessionId) => console.log(sessionId ?? 'free')); // => free
 * ```
 */
export function watchKey(
  consul: Consul,
  key: string,
  { waitMs }: WatchOptions,
): Observable<Sighting> {
  const { now, scheduler } = consul.time;

  const ask = (cursor: Cursor): Observable<{ sighting: Sighting; cursor: Cursor }> => {
    const { index } = cursor;
    return readKey(consul, key, index === undefined ? {} : { wait: { index, waitMs } }).pipe(
      map((reading) => {
        const receivedAt = now();
        const tookMs = elapsedMs(reading.sentAt, receivedAt);
        return {
          sighting: { ...reading, receivedAt },
          cursor: advance(cursor, reading, tookMs, waitMs),
        };
      }),
    );
  };

  return defer(() => ask(freshCursor)).pipe(
    expand(({ cursor }) => {
      // Even without a pause it waits for its turn: whatever the answer sets off, such as the claim of
      // a lock, goes first, and the connection is free again by then.
      return timer(paceMs(cursor), scheduler).pipe(concatMap(() => ask(cursor)));
    }),
    map(({ sighting }) => sighting),
  );
}
