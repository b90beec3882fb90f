import { defer, EMPTY, repeat, timer, concatMap, type Observable } from 'rxjs';
import { systemChance, type Chance } from '../ports/chance.js';
import { contenders } from './announcement.js';
import { freeSeats, wasYielded } from './dueSeats.js';
import { leadingSeats, type Group } from './group.js';
import { depart } from './membership.js';
import type { Seat } from './seat.js';

/** Of what a process holds too many of, the part that it hands over at a time; at least one. */
const partAtOnce = 0.1;

/**
 * Steps down, key by key, from what this process holds beyond its share while others hold less than
 * theirs. Never emits.
 *
 * Where nobody took what was offered, since the others do not contend for it for example, nothing more
 * is offered before the others, or what they hold, have changed.
 */
export function evenOut(group: Group, sessionId: string): Observable<never> {
  const { balance, consul, seats } = group;
  if (balance === undefined) return EMPTY;
  let known = '';
  const step$ = defer(() => {
    const all = [...seats.values()];
    const others = othersOf(group, sessionId);
    const now = JSON.stringify([...others]);
    if (known !== now) for (const seat of all) seat.offered = false;
    known = now;
    const isInVain = all.some(({ offered, phase }) => offered && phase === 'leading');
    // What was offered last is to be taken first.
    const isPending = all.some(({ departure }) => departure !== undefined);
    if (isInVain || isPending || freeSeats(group).length > 0) return EMPTY;
    for (const seat of surplusOf(group, others)) {
      seat.offered = true;
      depart(group, seat, 'stepped down');
    }
    return EMPTY;
  });
  return timer(balance.intervalMs, consul.time.scheduler).pipe(
    concatMap(() => step$),
    repeat(),
  );
}

/** How many of this process's keys each of the others holds, by session. */
function othersOf(group: Group, sessionId: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const other of contenders(group, sessionId)) if (other !== sessionId) counts.set(other, 0);
  for (const { key, sessionId: holder = '' } of group.seen?.sighting.entries ?? []) {
    const count = counts.get(holder);
    if (count !== undefined && group.seats.has(key)) counts.set(holder, count + 1);
  }
  return counts;
}

/** The keys to hand over now: the ones that were taken last, which has their work lose least. */
function surplusOf(group: Group, others: ReadonlyMap<string, number>): readonly Seat[] {
  const leading = leadingSeats(group);
  const share = group.seats.size / (others.size + 1);
  const isAnyShort = [...others.values()].some((held) => held < Math.floor(share));
  const beyond = Math.max(
    leading.length - Math.ceil(share),
    isAnyShort && leading.length > Math.floor(share) ? 1 : 0,
  );
  const count = beyond <= 0 ? 0 : Math.max(1, Math.floor(beyond * partAtOnce));
  return [...leading]
    .sort((one, other) => (other.stake?.lockIndex ?? 0) - (one.stake?.lockIndex ?? 0))
    .slice(0, count);
}

/**
 * Which of the keys that may be claimed are claimed now: as many as the share of this process leaves
 * room for. The rest is left to the others for a while, and then claimed all the same, since a key that
 * nobody leads is worse than an uneven share.
 */
export function withinShare(group: Group, due: readonly Seat[]): readonly Seat[] {
  const { balance, consul, retry, seats } = group;
  const sessionId = due[0]?.stake?.sessionId;
  if (balance === undefined || sessionId === undefined) return due;
  const most = Math.ceil(seats.size / contenders(group, sessionId).length);
  const taken = [...seats.values()].filter(
    ({ phase }) => phase === 'leading' || phase === 'claiming',
  ).length;
  const room = Math.max(0, most - taken);
  const chosen = new Set(drawn(due, room, retry.chance));
  const now = consul.time.now();
  return due.filter((seat) => {
    if (chosen.has(seat) || wasYielded(group, seat)) return true;
    seat.yieldedSince ??= now;
    return false;
  });
}

/** Some of the keys, drawn at random, lest all processes want the same ones. */
function drawn(
  seats: readonly Seat[],
  count: number,
  chance: Chance = systemChance,
): readonly Seat[] {
  if (count >= seats.length) return seats;
  return seats
    .map((seat) => ({ seat, at: chance() }))
    .sort((one, other) => one.at - other.at)
    .slice(0, count)
    .map(({ seat }) => seat);
}
