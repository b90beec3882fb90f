import type { Script } from './script.js';
import { indexOf, json, type EntryJson, type Harness } from './harness.js';

/**
 * A timer of Consul's may be early by this much in the eyes of another clock that counts in
 * milliseconds.
 */
export const tickMs = 2;

/** How a session lost its lock. */
export interface Ending {
  /** The entry afterwards. Its index says what else Consul did before and after. */
  readonly entry: EntryJson;
  /** When this process heard of it: never before it happened, and as late as may be. */
  readonly heardAtMs: number;
}

/** Watches a lock from an index on until the session has lost it. */
export function* endingOf(
  { get, nowMs }: Harness,
  { lock, session, index }: { lock: string; session: string; index: number },
): Script<Ending> {
  for (let since = index; ;) {
    const answer = yield* get(lock, { index: String(since), wait: '60s' });
    const heardAtMs = nowMs();
    const [entry] = json(answer) as [EntryJson];
    if (entry.Session !== session) return { entry, heardAtMs };
    since = indexOf(answer);
  }
}

/** Makes a session with this TTL, which nobody renews, and waits until it has lost its lock. */
export function* endsByTtl(harness: Harness, lock: string, ttl: string): Script<Ending> {
  const session = yield* harness.session({ TTL: ttl });
  yield* harness.put(lock, 'x', { acquire: session });
  return yield* endingOf(harness, { lock, session, index: 1 });
}

/** Tries until an attempt was in time: what came too late, on a machine with much to do, shows nothing. */
export function* inTime<T>(attempt: (name: string) => Script<T | undefined>): Script<T> {
  for (let tries = 0; tries < 10; tries += 1) {
    const outcome = yield* attempt(`try-${tries}`);
    if (outcome !== undefined) return outcome;
  }
  throw new Error('Not once in ten attempts was this process in time.');
}
