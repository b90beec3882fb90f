import type { KeyEntry } from '../consul/answers.js';
import { releasedValue } from '../lock/releasedValue.js';
import type { Instant } from '../ports/instant.js';

/** What a contender knows of a key that nobody holds. */
export interface Vacancy {
  /** When it saw the key become free, if it saw that. A lock-delay began no later. */
  readonly vacantSince: Instant | undefined;
  /**
   * Since when the lock has been taken from a holder that may not know: its lease began to run out no
   * later. `undefined` where the lock was given back, or nobody ever held it.
   */
  readonly orphanedSince: Instant | undefined;
}

/** What is known of a key that is held, and of one that was never seen. */
export const noVacancy: Vacancy = { vacantSince: undefined, orphanedSince: undefined };

/** A key as it was seen before. */
export interface SeenBefore extends Vacancy {
  readonly entry: KeyEntry | undefined;
}

/**
 * What is known of a key once it was seen again; pure.
 *
 * Consul bars an orphaned lock by itself, but not always for as long as it should: a server that has just
 * started, or that caught up with the log, ends a lock-delay when the timer of an earlier one fires, and one
 * that took over a snapshot knows of none. So a contender counts the lock-delay by its own clock, from when
 * it knew the lock orphaned, and two cannot lead at once by Consul's mistake.
 */
export function vacancyOf(
  sessionId: string,
  before: SeenBefore | undefined,
  { entry, receivedAt }: { readonly entry: KeyEntry | undefined; readonly receivedAt: Instant },
): Vacancy {
  if (entry?.sessionId !== undefined) return noVacancy;
  const wasHeld = before?.entry?.sessionId !== undefined;
  return {
    vacantSince: wasHeld ? receivedAt : before?.vacantSince,
    orphanedSince: orphanedSince(sessionId, before, entry, receivedAt),
  };
}

function orphanedSince(
  sessionId: string,
  before: SeenBefore | undefined,
  entry: KeyEntry | undefined,
  receivedAt: Instant,
): Instant | undefined {
  const isSameEntry = goesOn(before?.entry, entry);
  if (entry?.value === releasedValue && isSameEntry) return undefined;
  if (before === undefined) return wasEverLocked(entry) ? receivedAt : undefined;
  // What somebody takes from this process while it looks on, it has stopped working with.
  const wasHeldHere = before.entry?.sessionId === sessionId;
  const changedHands = wasEverLocked(entry) && entry?.lockIndex !== before.entry?.lockIndex;
  if (changedHands || !isSameEntry) return receivedAt;
  if (wasHeldHere) return undefined;
  return before.entry?.sessionId === undefined ? before.orphanedSince : receivedAt;
}

const wasEverLocked = (entry: KeyEntry | undefined): boolean => (entry?.lockIndex ?? 0) > 0;

/** Whether one follows the other in time: an entry that was made anew, or restored, does not. */
const goesOn = (before: KeyEntry | undefined, entry: KeyEntry | undefined): boolean =>
  before === undefined ||
  entry === undefined ||
  (entry.createIndex === before.createIndex && entry.lockIndex >= before.lockIndex);

/**
 * For how long the last holder may still believe that it leads, in milliseconds; 0 once it cannot. Counted by
 * the monotonic clock alone: a wall clock that is set ahead must not cut the wait short.
 */
export const orphanRestMs = (
  lockDelayMs: number,
  { orphanedSince: since }: Pick<Vacancy, 'orphanedSince'>,
  now: Instant,
): number =>
  since === undefined ? 0 : Math.max(0, lockDelayMs - (now.monotonicMs - since.monotonicMs));
