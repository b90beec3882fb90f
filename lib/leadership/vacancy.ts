import type { KeyEntry } from '../consul/answers.js';
import { releasedValue } from '../lock/releasedValue.js';
import type { Instant } from '../ports/instant.js';

/** What a contender knows of a key that nobody holds. */
export interface Vacancy {
  /** When it saw the key become free, if it saw that. A lock-delay began no later. */
  readonly vacantSince: Instant | undefined;
  /**
   * Since when the lock is known to have been taken from a holder that may not have heard of it, so that
   * its lease runs out. `undefined` where the lock was given back, or there was none.
   */
  readonly orphanedSince: Instant | undefined;
}

/** What is known of a key that is held, and of one that was never seen. */
export const noVacancy: Vacancy = { vacantSince: undefined, orphanedSince: undefined };

/** A key as it was seen before, by this or an earlier session of the same contender. */
export interface SeenBefore extends Vacancy {
  readonly entry: KeyEntry | undefined;
  /** See `lockCreateIndexAfter`. */
  readonly lockCreateIndex?: number | undefined;
}

/**
 * What is known of a key once it was seen again; pure.
 *
 * Consul bars an orphaned lock by itself, but not always for as long as it should: a server that has just
 * started, or has just caught up with the log, ends a lock-delay when the timer of an earlier one fires, and
 * one that began with a snapshot knows of none. So a contender counts the lock-delay by its own clock, from
 * when it knew that the lock was orphaned: that is no earlier than its loss, which the last holder's lease
 * ends within a lock-delay of. Hence two cannot lead at once by such a mistake of Consul's.
 */
export function vacancyOf(
  before: SeenBefore | undefined,
  { entry, receivedAt }: { readonly entry: KeyEntry | undefined; readonly receivedAt: Instant },
): Vacancy {
  if (entry?.sessionId !== undefined) return noVacancy;
  const wasHeld = before?.entry?.sessionId !== undefined;
  return {
    vacantSince: wasHeld ? receivedAt : before?.vacantSince,
    orphanedSince: orphanedSince(before, entry, receivedAt),
  };
}

/** Any change but a release may hide that somebody has held the lock meanwhile, and lost it. */
function orphanedSince(
  before: SeenBefore | undefined,
  entry: KeyEntry | undefined,
  receivedAt: Instant,
): Instant | undefined {
  if (before !== undefined && isUnchanged(before.entry, entry)) return before.orphanedSince;
  if (before === undefined && entry === undefined) return undefined;
  return wasReleased(before, entry) ? undefined : receivedAt;
}

const isUnchanged = (before: KeyEntry | undefined, entry: KeyEntry | undefined): boolean =>
  before?.modifyIndex === entry?.modifyIndex && before?.sessionId === undefined;

/** An entry that was made anew or restored says nothing of whoever held the lock before. */
const wasReleased = (before: SeenBefore | undefined, entry: KeyEntry | undefined): boolean =>
  entry?.value === releasedValue &&
  (before?.entry === undefined
    ? before?.orphanedSince === undefined
    : entry.createIndex === before.entry.createIndex &&
      entry.modifyIndex > before.entry.modifyIndex);

/**
 * For how long the last holder may still believe that it leads, in whole milliseconds, as timers take them; 0
 * once it cannot. Counted by the monotonic clock alone: a wall clock that is set ahead must not cut the wait
 * short.
 */
export const orphanRestMs = (
  lockDelayMs: number,
  { orphanedSince: since }: Pick<Vacancy, 'orphanedSince'>,
  now: Instant,
): number =>
  since === undefined
    ? 0
    : Math.max(0, Math.ceil(lockDelayMs - (now.monotonicMs - since.monotonicMs)));
