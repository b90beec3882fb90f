import { isClaimable } from '../leadership/ourLock.js';
import { unknownLock, abandonedWaitMs } from '../leadership/freeLock.js';
import { turnOf, type Turn } from '../leadership/turn.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import type { Group } from './group.js';
import type { Candidacy } from './candidacy.js';

/** Whether the latest observation allows a claim, and no claim was refused by it. */
function isFree({ seen }: Group, { contender, refusedAt, claim }: Candidacy): boolean {
  if (seen === undefined || seen.sessionId !== claim?.sessionId) return false;
  if (seen.observation.receivedAt === refusedAt) return false;
  return isClaimable(contender, claim.sessionId, seen.entryOf.get(contender.key));
}

/** For how long a claim still has to wait, in milliseconds; 0 or less when it may be made. */
const restMs = (
  { timing }: Group,
  { contender, claimDelay, turn }: Candidacy,
  now: Instant,
): number =>
  Math.max(
    turn?.restMs(now) ?? 0,
    claimDelay === undefined ? 0 : claimDelay.forMs - elapsedMs(claimDelay.since, now),
    abandonedWaitMs(timing.lockDelayMs, contender.lastObserved.current ?? unknownLock, now),
  );

/** Whether the latest observation allows a claim now. */
export const isDue = (group: Group, candidacy: Candidacy): boolean =>
  isFree(group, candidacy) && restMs(group, candidacy, group.consul.time.now()) <= 0;

/** For how many intervals the key has been left to others. */
export const deferredFor = ({ balance, consul }: Group, { deferredSince }: Candidacy): number =>
  balance === undefined || deferredSince === undefined
    ? 0
    : Math.floor(elapsedMs(deferredSince, consul.time.now()) / balance.intervalMs);

/** How long until it has been left to others for one more interval, in milliseconds. */
function deferredRestMs(group: Group, candidacy: Candidacy, now: Instant): number {
  if (group.balance === undefined || candidacy.deferredSince === undefined) return 0;
  const untilMs = (deferredFor(group, candidacy) + 1) * group.balance.intervalMs;
  return Math.ceil(untilMs - elapsedMs(candidacy.deferredSince, now));
}

/** The keys that could be claimed but for a wait. */
const claimable = (group: Group): readonly Candidacy[] =>
  [...group.candidacies.values()].filter(
    (candidacy) =>
      candidacy.phase === 'standing by' &&
      candidacy.releaseReason === undefined &&
      isFree(group, candidacy),
  );

/** The keys that may be claimed now, apart from what is left to others. */
export function dueCandidacies(group: Group): readonly Candidacy[] {
  const now = group.consul.time.now();
  return claimable(group).filter((candidacy) => restMs(group, candidacy, now) <= 0);
}

/**
 * Those of them whose turn has come: where many contend, a process waits for it first, once for all keys that
 * become free meanwhile.
 */
export function inTheirTurn(group: Group, due: readonly Candidacy[]): readonly Candidacy[] {
  const now = group.consul.time.now();
  const fresh = due.filter(({ turn }) => turn === undefined);
  if (fresh.length > 0) {
    const turn = turnFor(group, fresh, now);
    for (const candidacy of fresh) candidacy.turn = turn;
  }
  return due.filter((candidacy) => restMs(group, candidacy, now) <= 0);
}

/** The turn that is still to come, or a new one. */
function turnFor(group: Group, candidacies: readonly Candidacy[], now: Instant): Turn {
  if (group.turn !== undefined && group.turn.restMs(now) > 0) return group.turn;
  const wasHeld = candidacies.some(
    ({ contender }) => contender.lastObserved.current?.freeSince !== undefined,
  );
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
  return claimable(group)
    .map((candidacy) =>
      Math.max(0, restMs(group, candidacy, now), deferredRestMs(group, candidacy, now)),
    )
    .reduce<number | undefined>((least, rest) => Math.min(least ?? rest, rest), undefined);
}
