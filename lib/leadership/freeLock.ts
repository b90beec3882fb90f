import type { KeyEntry } from '../consul/http/answers.js';
import { readLockValue } from '../lock/lockValue.js';
import { releasedValue } from '../lock/releasedValue.js';
import type { Instant } from '../ports/instant.js';

/** What a contender knows of a key that nobody holds, and of who held it last. */
export interface FreeLock {
  /** When it saw the key become free, if it saw that. A lock-delay began no later. */
  readonly freeSince: Instant | undefined;
  /**
   * Since when the lock is known to have been taken from a holder that may not have heard of it, so that
   * its lease runs out. `undefined` where the lock was given back, or there was none.
   */
  readonly abandonedSince: Instant | undefined;
  /** The lock-delay of who holds the lock or held it last, in milliseconds, where its entry has said so. */
  readonly holderLockDelayMs: number | undefined;
}

/** What is known of a key that was never seen. */
export const unknownLock: FreeLock = {
  freeSince: undefined,
  abandonedSince: undefined,
  holderLockDelayMs: undefined,
};

/** A key as it was seen before, by this or an earlier session of the same contender. */
export interface LastObserved extends FreeLock {
  readonly entry: KeyEntry | undefined;
  /** See `lockCreateIndexAfter`. */
  readonly lockCreateIndex?: number | undefined;
}

/**
 * What is known of a key once it was seen again; pure.
 *
 * Consul bars an abandoned lock by itself, but not always for as long as it should: a server that has just
 * started, or has just caught up with the log, ends a lock-delay when the timer of an earlier one fires, and
 * one that began with a snapshot knows of none. So a contender counts the lock-delay by its own clock, from
 * when it knew that the lock was abandoned: that is no earlier than its loss, which the last holder's lease
 * ends within a lock-delay of. Hence two cannot lead at once by such a mistake of Consul's.
 */
export function freeLockOf(
  before: LastObserved | undefined,
  { entry, receivedAt }: { readonly entry: KeyEntry | undefined; readonly receivedAt: Instant },
): FreeLock {
  const holderLockDelayMs = holderLockDelayOf(before, entry);
  if (entry?.sessionId !== undefined) return { ...unknownLock, holderLockDelayMs };
  const wasHeld = before?.entry?.sessionId !== undefined;
  return {
    freeSince: wasHeld ? receivedAt : before?.freeSince,
    abandonedSince: abandonedSince(before, entry, receivedAt),
    holderLockDelayMs,
  };
}

/** A value that was deleted or written over says nothing; then the holder is the one that was seen before. */
function holderLockDelayOf(
  before: LastObserved | undefined,
  entry: KeyEntry | undefined,
): number | undefined {
  const known = before?.holderLockDelayMs;
  // A thousand keys of a group are seen with each change of one.
  if (entry === undefined || entry.modifyIndex === before?.entry?.modifyIndex) return known;
  if (entry.value === releasedValue) return undefined;
  const isOther = entry.sessionId !== undefined && entry.sessionId !== before?.entry?.sessionId;
  return readLockValue(entry.value).lockDelayMs ?? (isOther ? undefined : known);
}

/** Any change but a release may hide that somebody has held the lock meanwhile, and lost it. */
function abandonedSince(
  before: LastObserved | undefined,
  entry: KeyEntry | undefined,
  receivedAt: Instant,
): Instant | undefined {
  if (before !== undefined && isUnchanged(before.entry, entry)) return before.abandonedSince;
  if (before === undefined && entry === undefined) return undefined;
  return wasReleased(before, entry) ? undefined : receivedAt;
}

const isUnchanged = (before: KeyEntry | undefined, entry: KeyEntry | undefined): boolean =>
  before?.modifyIndex === entry?.modifyIndex && before?.sessionId === undefined;

/** An entry that was made anew or restored says nothing of whoever held the lock before. */
const wasReleased = (before: LastObserved | undefined, entry: KeyEntry | undefined): boolean =>
  entry?.value === releasedValue &&
  (before?.entry === undefined
    ? before?.abandonedSince === undefined
    : entry.createIndex === before.entry.createIndex &&
      entry.modifyIndex > before.entry.modifyIndex);

/**
 * For how long the last holder may still believe that it leads, in whole milliseconds, as timers take them; 0
 * once it cannot. Its lease is shorter than its own lock-delay, so the longer one of the two counts. Counted by
 * the monotonic clock alone: a wall clock that is set ahead must not cut the wait short.
 */
export function abandonedWaitMs(
  lockDelayMs: number,
  { abandonedSince: since, holderLockDelayMs = 0 }: Omit<FreeLock, 'freeSince'>,
  now: Instant,
): number {
  if (since === undefined) return 0;
  const passedMs = now.monotonicMs - since.monotonicMs;
  return Math.max(0, Math.ceil(Math.max(lockDelayMs, holderLockDelayMs) - passedMs));
}
