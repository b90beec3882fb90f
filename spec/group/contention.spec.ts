import { filter, merge } from 'rxjs';
import { seededChance } from '../../lib/testing/index.js';
import { roundTripMs } from '../leadership/election/harness.js';
import { groupWordsOf, playGroup, type GroupActor } from './groupHarness.js';

/** How long each holds the keys: long enough for all that follow to have settled. */
const termMs = 5_000;

const keys = Array.from({ length: 20 }, (_, index) => `${index}`);

/** What a row of handovers took. */
interface Handovers {
  /** For each of them, how many transactions asked for locks. */
  readonly attempts: readonly number[];
  /** For each of them, how long no process held the keys, in milliseconds. */
  readonly lastedMs: readonly number[];
}

/** So many processes contend for the same keys. Whoever holds them leaves all of them, one after another. */
function handoversOf(members: number, count: number, seed: number): Handovers {
  const begins = Array.from({ length: count + 1 }, (_, index) => (index + 1) * termMs);
  const lastedMs: number[] = [];
  let asked: readonly number[] = [];
  playGroup(({ at, consul, group, flush, time }) => {
    const actors: readonly GroupActor[] = Array.from({ length: members }, (_, index) =>
      group(`m${index}`, { chance: seededChance(seed * 1_000 + index) }),
    );
    const contending = merge(
      ...actors.flatMap(({ leadership$ }) => keys.map((key) => leadership$(key))),
    )
      .pipe(filter(({ kind }) => kind === 'Leader'))
      .subscribe(() => {
        const nowMs = time.now().monotonicMs;
        lastedMs[Math.floor(nowMs / termMs) - 1] = nowMs % termMs;
      });
    for (const begin of begins.slice(0, -1)) {
      at({
        [begin]: () =>
          actors
            .find(({ isLeader }) => isLeader('0'))
            ?.resign()
            .subscribe(),
      });
    }
    at({ [begins[count] ?? 0]: () => contending.unsubscribe() });
    flush();
    const words = groupWordsOf(consul);
    asked = consul.requests
      .filter(({ verbs }, index) => words[index] === 'txn' && verbs?.includes('lock') === true)
      .map(({ atMs }) => atMs);
  });
  const attempts = begins
    .slice(0, -1)
    .map((from) => asked.filter((atMs) => atMs >= from && atMs < from + termMs).length);
  return { attempts, lastedMs };
}

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

describe('a single follower of a group', () => {
  it('tries at once', () => {
    const { attempts, lastedMs } = handoversOf(2, 1, 1);
    // One for the key that is free first, and one for all that are free a moment later.
    expect(attempts).toEqual([2]);
    expect(lastedMs[0]).toBeLessThanOrEqual(3 * roundTripMs);
  });
});

describe('thirty processes with a group each for the same keys', () => {
  const seed = 7;
  const { attempts, lastedMs } = handoversOf(30, 10, seed);

  it('all try before they have learnt that they are many', () => {
    expect(attempts[0]).toBeGreaterThanOrEqual(29);
  });

  it(`take turns at every later handover (seed ${seed}), where each of them tried twice without`, () => {
    const later = attempts.slice(1);
    expect(median(later)).toBeLessThanOrEqual(2);
    expect(Math.max(...later)).toBeLessThanOrEqual(6);
  });

  it(`are not slower for it than by a few round trips (seed ${seed})`, () => {
    expect(median(lastedMs.slice(1))).toBeLessThanOrEqual(10 * roundTripMs);
  });
});
