import { merge, type Subscription } from 'rxjs';
import { seededChance } from '../../lib/testing/index.js';
import { playGroup, prefix, type GroupActor, type GroupHarness } from './groupHarness.js';

const keys = Array.from({ length: 60 }, (_, index) => `${index}`);
const seed = 20_261_125;

/** A process that contends for all keys and wants no more than its share. */
function sharing(
  { group }: GroupHarness,
  name: string,
  options = {},
): GroupActor & { join: () => Subscription } {
  const chance = seededChance(seed + name.charCodeAt(0));
  const actor = group(name, { balance: true, chance, ...options });
  return { ...actor, join: () => merge(...keys.map((key) => actor.leadership$(key))).subscribe() };
}

const sharesOf = (actors: readonly GroupActor[]) => actors.map(({ leading }) => leading().length);
const registered = (consulKeys: readonly string[]) =>
  consulKeys.filter((key) => key.startsWith(`${prefix}.contenders/`)).length;

describe(`balanced processes (seed ${seed})`, () => {
  it('that start together end up with a fair share each, and all keys are led', () => {
    const shares: number[][] = [];
    playGroup((harness) => {
      const actors = ['a', 'b', 'c'].map((name) => sharing(harness, name));
      const joined: Subscription[] = [];
      harness.at({
        0: () => joined.push(...actors.map(({ join }) => join())),
        3_000: () => shares.push(sharesOf(actors)),
        3_001: () => joined.forEach((all) => all.unsubscribe()),
      });
      harness.flush();
      expect(harness.consul.sessions()).toEqual([]);
      expect(registered(harness.consul.keys())).toBe(0);
    });
    expect(shares).toEqual([[20, 20, 20]]);
  });

  it('hand over to one that comes later, a few at a time, without two leading a key', () => {
    const shares: number[][] = [];
    const overlaps: string[] = [];
    playGroup((harness) => {
      const a = sharing(harness, 'a');
      const b = sharing(harness, 'b');
      const joined: Subscription[] = [];
      const note = () => shares.push(sharesOf([a, b]));
      harness.at({
        0: () => joined.push(a.join()),
        2_000: () => {
          note();
          joined.push(b.join());
        },
        4_500: note,
        60_000: note,
        60_001: () => joined.forEach((all) => all.unsubscribe()),
      });
      for (let atMs = 2_000; atMs < 60_000; atMs += 97) {
        harness.at({
          [atMs]: () => overlaps.push(...a.leading().filter((key) => b.isLeader(key))),
        });
      }
      harness.flush();
    });
    const [alone, soon, late] = shares;
    expect(alone).toEqual([60, 0]);
    expect(soon?.[1]).toBeGreaterThan(0);
    expect(soon?.[1]).toBeLessThan(10);
    expect(late).toEqual([30, 30]);
    expect(overlaps).toEqual([]);
  });

  it('share what a process leaves, and clear away the registration of one that crashed', () => {
    const shares: number[][] = [];
    playGroup((harness) => {
      const actors = ['a', 'b', 'c'].map((name) => sharing(harness, name));
      const [a, b, c] = actors;
      const joined: Subscription[] = [];
      const note = () => shares.push(sharesOf([a!, b!]));
      harness.at({
        0: () => joined.push(...actors.map(({ join }) => join())),
        3_000: () => c?.setLink('blackhole'),
        60_000: () => {
          note();
          shares.push([registered(harness.consul.keys())]);
        },
        60_001: () => joined.forEach((all) => all.unsubscribe()),
        60_002: () => c?.setLink('up'),
      });
      harness.flush();
    });
    expect(shares).toEqual([[30, 30], [2]]);
  });

  it('take what nobody else wants, and do not offer it again and again', () => {
    const told: string[] = [];
    const shares: number[][] = [];
    playGroup((harness) => {
      const a = sharing(harness, 'a');
      const b = harness.group('b', { balance: true });
      const joined: Subscription[] = [];
      harness.at({
        0: () => joined.push(a.join(), b.leadership$('elsewhere').subscribe()),
        10: () => joined.push(a.leadership$('0').subscribe(({ kind }) => told.push(kind))),
        60_000: () => shares.push(sharesOf([a, b])),
        60_001: () => joined.forEach((all) => all.unsubscribe()),
      });
      harness.flush();
    });
    expect(shares).toEqual([[60, 1]]);
    expect(told.length).toBeLessThan(8);
  });
});
