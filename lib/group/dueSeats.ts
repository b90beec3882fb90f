import { isOurLock } from '../leadership/ourLock.js';
import { noVacancy, orphanRestMs } from '../leadership/vacancy.js';
import { turnOf, type Turn } from '../leadership/turn.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import type { Group } from './group.js';
import type { Seat } from './seat.js';

/**
 * Whether the latest sighting allows a claim: nobody else holds the lock, it is one of this kind, and
 * no claim was refused since. A lock that this session holds unknowingly, after an attempt without an
 * answer, is claimed like a free one.
 */
function isFree({ seen }: Group, { contender, refusedBy, claim }: Seat): boolean {
  if (seen === undefined || seen.sessionId !== claim?.sessionId) return false;
  if (seen.sighting.receivedAt === refusedBy) return false;
  const entry = seen.entryOf.get(contender.key);
  if (entry === undefined) return true;
  const isOthers = entry.sessionId !== undefined && entry.sessionId !== claim.sessionId;
  return !isOthers && isOurLock(contender, entry);
}

/** For how long a claim still has to wait, in milliseconds; 0 or less when it may be made. */
const restMs = ({ timing }: Group, { contender, heldOff, turn }: Seat, now: Instant): number =>
  Math.max(
    turn?.restMs(now) ?? 0,
    heldOff === undefined ? 0 : heldOff.forMs - elapsedMs(heldOff.since, now),
    orphanRestMs(timing.lockDelayMs, contender.sight.current ?? noVacancy, now),
  );

/** Whether the latest sighting allows a claim now. */
export const isDue = (group: Group, seat: Seat): boolean =>
  isFree(group, seat) && restMs(group, seat, group.consul.time.now()) <= 0;

/** For how many intervals the key has been left to others. */
export const yieldedFor = ({ balance, consul }: Group, { yieldedSince }: Seat): number =>
  balance === undefined || yieldedSince === undefined
    ? 0
    : Math.floor(elapsedMs(yieldedSince, consul.time.now()) / balance.intervalMs);

/** How long until it has been left to others for one more interval, in milliseconds. */
function yieldRestMs(group: Group, seat: Seat, now: Instant): number {
  if (group.balance === undefined || seat.yieldedSince === undefined) return 0;
  const untilMs = (yieldedFor(group, seat) + 1) * group.balance.intervalMs;
  return Math.ceil(untilMs - elapsedMs(seat.yieldedSince, now));
}

/** The keys that could be claimed but for a wait. */
const freeSeats = (group: Group): readonly Seat[] =>
  [...group.seats.values()].filter(
    (seat) => seat.phase === 'standing by' && seat.departure === undefined && isFree(group, seat),
  );

/** The keys that may be claimed now, apart from what is left to others. */
export function dueSeats(group: Group): readonly Seat[] {
  const now = group.consul.time.now();
  return freeSeats(group).filter((seat) => restMs(group, seat, now) <= 0);
}

/**
 * Those of them whose turn has come: where many contend, a process waits for it first, once for all keys that
 * become free meanwhile.
 */
export function inTheirTurn(group: Group, due: readonly Seat[]): readonly Seat[] {
  const now = group.consul.time.now();
  const fresh = due.filter(({ turn }) => turn === undefined);
  if (fresh.length > 0) {
    const turn = turnFor(group, fresh, now);
    for (const seat of fresh) seat.turn = turn;
  }
  return due.filter((seat) => restMs(group, seat, now) <= 0);
}

/** The turn that is still to come, or a new one. */
function turnFor(group: Group, seats: readonly Seat[], now: Instant): Turn {
  if (group.turn !== undefined && group.turn.restMs(now) > 0) return group.turn;
  const wasHeld = seats.some(({ contender }) => contender.sight.current?.vacantSince !== undefined);
  const turn = turnOf(group, wasHeld);
  turn.drawMs(0);
  group.turn = turn;
  return turn;
}

/**
 * How long until another key may be claimed once those that are due have been, in milliseconds;
 * `undefined` when none waits. A wait that has ended since they were looked for counts, too.
 */
export function nextDueMs(group: Group): number | undefined {
  const now = group.consul.time.now();
  return freeSeats(group)
    .map((seat) => Math.max(0, restMs(group, seat, now), yieldRestMs(group, seat, now)))
    .reduce<number | undefined>((least, rest) => Math.min(least ?? rest, rest), undefined);
}
