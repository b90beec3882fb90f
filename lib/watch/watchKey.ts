import type { Observable } from 'rxjs';
import type { KeyReading } from '../consul/http/answers.js';
import type { Consul } from '../consul/http/consul.js';
import { readKey } from '../consul/kv/readKey.js';
import type { Instant } from '../ports/instant.js';
import { blockingQueries } from './blockingQueries.js';

/** A reading of the watched key, and when it arrived. */
export interface Observation extends KeyReading {
  /** When the answer arrived. */
  readonly receivedAt: Instant;
  /** Whether it answers a blocking query; otherwise a plain read, with which a watch begins. */
  readonly isPolled: boolean;
}

/** How a key is watched. */
export interface WatchOptions {
  /**
   * For how long Consul may hold a query back at most, in milliseconds, up to 60 000: after a restored
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
 * A query that a proxy cuts off after Consul has held it back for a second or more is sent again at once,
 * with a shorter wait where that helps. Nothing is emitted for it.
 *
 * It does not retry: put `retryWithBackoff` behind it, and it starts again with a plain read.
 *
 * @example
 * ```ts
 * watchKey(consul, 'locks/reports', { waitMs: 60_000 })
 *   .pipe(
 *     retryWithBackoff(),
 *     map((observation) => observation.entry?.sessionId),
 *     distinctUntilChanged(),
 *   )
 *   .subscribe((sessionId) => console.log(sessionId ?? 'free')); // => free
 * ```
 */
export function watchKey(
  consul: Consul,
  key: string,
  { waitMs }: WatchOptions,
): Observable<Observation> {
  return blockingQueries(consul, (options) => readKey(consul, key, options), waitMs);
}
