import type { Observable } from 'rxjs';
import type { PrefixReading } from '../consul/http/answers.js';
import type { Consul } from '../consul/http/consul.js';
import { readPrefix } from '../consul/kv/readKey.js';
import type { Instant } from '../ports/instant.js';
import { blockingQueries } from './blockingQueries.js';
import type { WatchOptions } from './watchKey.js';

/** A reading of all keys under the watched prefix, and when it arrived. */
export interface PrefixObservation extends PrefixReading {
  /** When the answer arrived. */
  readonly receivedAt: Instant;
  /** Whether it answers a blocking query; otherwise a plain read, with which a watch begins. */
  readonly isPolled: boolean;
}

/**
 * Watches all keys under a prefix by a single blocking query at a time: emits all that stands there at
 * once, then after every change, and whenever a wait ends without one. Like {@link watchKey} it does
 * not retry.
 *
 * Every answer lists every key: 184 kB for a thousand of them, 14 kB on the wire with gzip. Changes
 * that follow each other closely are therefore told together, at most ten times a second; one that
 * follows a quiet moment is told at once.
 *
 * @example
 * ```ts
 * watchPrefix(consul, 'locks/shards/', { waitMs: 60_000 })
 *   .pipe(
 *     retryWithBackoff(),
 *     map(({ entries }) => entries.filter(({ sessionId }) => sessionId !== undefined).length),
 *   )
 *   .subscribe((held) => console.log(`${held} of the locks are held`)); // => 0 of the locks are held
 * ```
 */
export function watchPrefix(
  consul: Consul,
  prefix: string,
  { waitMs }: WatchOptions,
): Observable<PrefixObservation> {
  return blockingQueries(consul, (options) => readPrefix(consul, prefix, options), waitMs);
}
