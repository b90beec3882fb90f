import { concatMap, defer, EMPTY, repeat, timer, type Observable } from 'rxjs';
import { elapsedMs, type Instant } from '../ports/instant.js';
import { isRegistration, contenders } from './registration.js';
import { assignment } from './assignment.js';
import { deferredFor } from './dueCandidacies.js';
import { leadingCandidacies, type Group } from './group.js';
import { startRelease } from './membership.js';
import type { Candidacy } from './candidacy.js';

/** Of what a process holds too many of, the part that it hands over at a time; at least one. */
const shedFraction = 0.1;

/** The longest pause between two offers to a process that takes none, in milliseconds. */
const longestPauseMs = 60_000;

/**
 * Which session is to hold which key, by what all see under the prefix and what this process knows of its own.
 *
 * @param without - sessions that do not take what is theirs
 */
function sharesOf(
  group: Group,
  sessionId: string,
  without: ReadonlySet<string> = new Set(),
): ReadonlyMap<string, string> {
  const { candidacies, seen } = group;
  const keysOf = contenders(group, sessionId);
  const members = [...keysOf.keys()].filter((member) => !without.has(member));
  const entries = seen?.observation.entries ?? [];
  const keys = new Set([
    ...[...keysOf.values()].flatMap((named) => [...(named ?? [])]),
    ...entries.filter(({ key }) => !isRegistration(group, key)).map(({ key }) => key),
  ]);
  const isOwn = (key: string): boolean =>
    ['leading', 'claiming'].includes(candidacies.get(key)?.phase ?? '');
  return assignment(
    members,
    [...keys].sort().map((key) => {
      const entry = seen?.entryOf.get(key);
      return {
        key,
        holder: isOwn(key) ? sessionId : entry?.sessionId,
        takenAt: entry?.modifyIndex ?? Infinity,
        contenders: members.filter((member) => keysOf.get(member)?.has(key) ?? true),
      };
    }),
  );
}

/** A key that was handed over for the sake of even shares: whose it is to be, and since when it can be had. */
interface Offer {
  readonly to: string;
  readonly since: Instant;
}

/** Since when a process has taken nothing that it was offered, and for how long it is offered nothing. */
interface Pause {
  readonly since: Instant;
  readonly forMs: number;
}

/**
 * Steps down, key by key, from what is another's share. Never emits.
 *
 * A process that does not take what it is offered, because it is cut off for example, is offered a key again after
 * a pause, which doubles each time up to a minute. So the steps go on for as long as shares are uneven.
 */
export function rebalance(group: Group, sessionId: string): Observable<never> {
  const { balance, consul } = group;
  if (balance === undefined) return EMPTY;
  const offers = new Map<Candidacy, Offer>();
  const pauses = new Map<string, Pause>();
  const step$ = defer(() => {
    const now = consul.time.now();
    settle(group, { offers, pauses, sessionId }, balance.intervalMs);
    // What was offered last is to be taken first.
    if (offers.size > 0) return EMPTY;
    const isLeftOut = (member: string): boolean => isPaused(pauses, member, now);
    for (const [candidacy, to] of keysToShed(group, sessionId, isLeftOut)) {
      offers.set(candidacy, { to, since: now });
      startRelease(group, candidacy, 'stepped down');
    }
    return EMPTY;
  });
  return timer(balance.intervalMs, consul.time.scheduler).pipe(
    concatMap(() => step$),
    repeat(),
  );
}

const isPaused = (pauses: ReadonlyMap<string, Pause>, member: string, now: Instant): boolean => {
  const pause = pauses.get(member);
  return pause !== undefined && elapsedMs(pause.since, now) < pause.forMs;
};

/** What one process has offered, and to whom it offers nothing for now. */
interface Offers {
  readonly offers: Map<Candidacy, Offer>;
  readonly pauses: Map<string, Pause>;
  readonly sessionId: string;
}

/** Finds out what became of the offers. */
function settle(group: Group, { offers, pauses, sessionId }: Offers, intervalMs: number): void {
  const now = group.consul.time.now();
  for (const [candidacy, { to, since }] of offers) {
    const { key } = candidacy.contender;
    const holder = group.seen?.entryOf.get(key)?.sessionId;
    if (holder === to) pauses.delete(to);
    const isTaken = holder !== undefined && holder !== sessionId;
    const isLeft = group.candidacies.get(key) !== candidacy;
    if (isTaken || isLeft) offers.delete(candidacy);
    // Its work may take a while to end.
    else if (candidacy.releaseReason !== undefined) offers.set(candidacy, { to, since: now });
    else if (elapsedMs(since, now) >= intervalMs) {
      // Nobody took it.
      offers.delete(candidacy);
      const forMs = (pauses.get(to)?.forMs ?? intervalMs) * 2;
      pauses.set(to, { since: now, forMs: Math.min(longestPauseMs, forMs) });
    }
  }
}

/** The keys to hand over now, and to whom: the ones that were taken last, which has their work lose least. */
function keysToShed(
  group: Group,
  sessionId: string,
  isLeftOut: (member: string) => boolean,
): readonly (readonly [Candidacy, string])[] {
  const shares = sharesOf(group, sessionId);
  const toShed = leadingCandidacies(group)
    .map((candidacy) => [candidacy, shares.get(candidacy.contender.key) ?? sessionId] as const)
    .filter(([, to]) => to !== sessionId);
  const count = Math.max(1, Math.floor(toShed.length * shedFraction));
  const age = ([{ claim }]: readonly [Candidacy, string]): number => claim?.lockIndex ?? 0;
  return toShed
    .filter(([, to]) => !isLeftOut(to))
    .sort((one, other) => age(other) - age(one))
    .slice(0, count);
}

/**
 * Which of the keys that may be claimed are claimed now: those that are this process's share. The rest is left to
 * the others for an interval; then what they leave is shared without them, and after another it is claimed all the
 * same, since a key that nobody leads is worse than an uneven share.
 */
export function withinShare(group: Group, due: readonly Candidacy[]): readonly Candidacy[] {
  const { balance, consul } = group;
  const sessionId = due[0]?.claim?.sessionId;
  if (balance === undefined || sessionId === undefined) return due;
  const shares = sharesOf(group, sessionId);
  const silent = new Set(
    due
      .filter((candidacy) => deferredFor(group, candidacy) > 0)
      .flatMap((candidacy) => shares.get(candidacy.contender.key) ?? [])
      .filter((member) => member !== sessionId),
  );
  const others = silent.size === 0 ? shares : sharesOf(group, sessionId, silent);
  const now = consul.time.now();
  return due.filter((candidacy) => {
    const { key } = candidacy.contender;
    const intervals = deferredFor(group, candidacy);
    const isMine = (of: ReadonlyMap<string, string>): boolean =>
      (of.get(key) ?? sessionId) === sessionId;
    if (isMine(shares) || intervals > 1 || (intervals > 0 && isMine(others))) return true;
    candidacy.deferredSince ??= now;
    return false;
  });
}
