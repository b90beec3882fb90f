import { EMPTY, merge, timer, VirtualTimeScheduler, type Subscription } from 'rxjs';
import { electionGroup, type ElectionGroup } from '../../lib/index.js';
import { seededChance, simulatedConsul, virtualTime } from '../../lib/testing/index.js';
import type { Connection } from '../../lib/testing/index.js';
import { between as betweenBy } from '../../lib/testing/simulation/plans/draw.js';

interface Member extends ElectionGroup, Connection {
  readonly joined: Subscription;
  isGone: boolean;
}

const prefix = 'locks/shards/';

/** For how long things go wrong, and how long it may take until all is even, in milliseconds. */
const faultyMs = 90_000;
const settlingMs = 120_000;
const restMs = 70_000;

/** The times of one or two cuts of a process, in milliseconds: from when, and for how long. */
export type Cuts = readonly (readonly [fromMs: number, forMs: number])[];

/** A world to play. */
export interface WorldPlan {
  readonly members: number;
  readonly keys: number;
  /** How long work takes to end, in milliseconds, by process. */
  readonly drainMs: (member: number) => number;
  /** What happens; `at` carries an act out at a moment. */
  readonly events: (world: WorldParts) => void;
}

export interface WorldParts {
  readonly at: (atMs: number, act: () => void) => void;
  readonly members: Member[];
  readonly join: () => void;
  readonly names: readonly string[];
}

/**
 * Plays a world of processes that share keys, on virtual time, and looks what has become of them once nothing goes
 * wrong any more: says what is wrong then, in words; nothing as a rule.
 */
export function sharedWorld(seed: number, plan: WorldPlan): readonly string[] {
  const scheduler = new VirtualTimeScheduler(undefined, Infinity);
  const time = virtualTime(scheduler);
  const consul = simulatedConsul({ time, chance: seededChance(seed), seed, latencyMs: 2 });
  const names = Array.from({ length: plan.keys }, (_, index) => `${index}`);
  const members: Member[] = [];
  const wrong: string[] = [];
  const at = (atMs: number, act: () => void) => void scheduler.schedule(act, atMs);
  const join = (): void => {
    const index = members.length;
    const connection = consul.connect({ name: `p${index}` });
    const drainMs = plan.drainMs(index);
    const group = electionGroup({
      ...{ prefix, balance: true, lockDelayMs: 5_000, time, chance: seededChance(seed + index) },
      transport: connection.transport,
      beforeRelease: () => (drainMs === 0 ? EMPTY : timer(drainMs, scheduler)),
    });
    const joined = merge(...names.map((key) => group.leadership$(key))).subscribe();
    members.push({ ...group, ...connection, joined, isGone: false });
  };
  const present = () => members.filter(({ isGone }) => !isGone);
  const holders = () => names.map((key) => consul.holderOf(`${prefix}${key}`));

  for (let count = 0; count < plan.members; count += 1) at(count * 10, join);
  plan.events({ at, members, join, names });
  let settled: readonly (string | undefined)[] = [];
  at(faultyMs + settlingMs, () => {
    settled = holders();
    const shares = present().map(({ leading }) => leading().length);
    if (Math.max(...shares) - Math.min(...shares) > 1) wrong.push(`shares ${shares.join()}`);
    for (const key of names) {
      const leaders = members.filter(({ isGone, isLeader }) => !isGone && isLeader(key)).length;
      if (leaders !== 1) wrong.push(`key ${key} has ${leaders} leaders`);
    }
  });
  at(faultyMs + settlingMs + restMs, () => {
    const moved = names.filter((_, index) => holders()[index] !== settled[index]);
    if (moved.length > 0) wrong.push(`keys ${moved.join()} still move`);
    for (const { joined } of members) joined.unsubscribe();
  });
  scheduler.maxFrames = faultyMs + settlingMs + restMs + 1;
  scheduler.flush();
  return wrong;
}

/** Leaves, and is not counted any more. */
function leave(member: Member): void {
  member.isGone = true;
  member.joined.unsubscribe();
}

/** Is cut off for good, as Consul sees a crash. */
function crash(member: Member): void {
  member.isGone = true;
  member.setLink('blackhole');
}

/** Cuts a process off for a while. */
export function cutOff({ at, members }: WorldParts, index: number, cuts: Cuts): void {
  for (const [fromMs, forMs] of cuts) {
    at(fromMs, () => members[index]?.isGone === false && members[index].setLink('blackhole'));
    at(fromMs + forMs, () => members[index]?.isGone === false && members[index].setLink('up'));
  }
}

/** Everything that happens by chance: the same for the same seed. */
export function anyWorld(seed: number): WorldPlan {
  const chance = seededChance(seed);
  const between = (least: number, most: number) => betweenBy(chance, least, most);
  const members = between(2, 4);
  const drains = Array.from({ length: 12 }, () => (chance() < 0.3 ? between(100, 3_000) : 0));
  return {
    members,
    keys: between(4, 12),
    drainMs: (member) => drains[member] ?? 0,
    events: (world) => {
      const { at, members: present, names } = world;
      const some = () => between(0, members + 1);
      const count = between(2, 8);
      for (let event = 0; event < count; event += 1) {
        const atMs = between(1_000, faultyMs - 1);
        const kind = chance();
        const index = some();
        const key = names[between(0, names.length - 1)] ?? '0';
        const forMs = Math.min(faultyMs - atMs, between(100, chance() < 0.5 ? 8_000 : 70_000));
        const remaining = () => present.filter(({ isGone }) => !isGone).length;
        if (kind < 0.5) cutOff(world, index, [[atMs, forMs]]);
        else if (kind < 0.65) at(atMs, () => present.length < members + 4 && world.join());
        else if (kind < 0.8) {
          at(atMs, () => {
            const member = present[index];
            if (!member || member.isGone || remaining() < 2) return;
            (kind < 0.72 ? leave : crash)(member);
          });
        } else {
          at(atMs, () => {
            present[index]
              ?.election(key)
              .stepDown()
              .subscribe({ error: () => undefined });
          });
        }
      }
    },
  };
}
