import { releasedValue } from '../../lib/index.js';
import type { KeyEntry } from '../../lib/consul/answers.js';
import { orphanRestMs, vacancyOf, type SeenBefore } from '../../lib/leadership/vacancy.js';
import type { Instant } from '../../lib/ports/instant.js';

const at = (monotonicMs: number, wallMs = monotonicMs): Instant => ({ monotonicMs, wallMs });

const entry = (modifyIndex: number, more: Partial<KeyEntry> = {}): KeyEntry => ({
  ...{ key: 'locks/reports', value: '', flags: 0n, sessionId: undefined },
  ...{ createIndex: 10, modifyIndex, lockIndex: 1, ...more },
});
const held = entry(20, { sessionId: 'another' });
const released = (modifyIndex: number, more: Partial<KeyEntry> = {}) =>
  entry(modifyIndex, { value: releasedValue, ...more });

/** What is known after some sightings, a second apart, from 1 s on. */
function after(...sightings: readonly (KeyEntry | undefined)[]): SeenBefore {
  return sightings.reduce<SeenBefore | undefined>(
    (before, seen, index) => ({
      entry: seen,
      ...vacancyOf(before, { entry: seen, receivedAt: at((index + 1) * 1_000) }),
    }),
    undefined,
  )!;
}

describe('a lock is orphaned', () => {
  it.each<[string, readonly (KeyEntry | undefined)[], number]>([
    ['from when its holder was seen to be gone', [held, entry(21)], 2_000],
    ['from then on, however often it is seen', [held, entry(21), entry(21), entry(21)], 2_000],
    ['from the first look, where that shows no release', [entry(21)], 1_000],
    ['from the first look, where somebody has written it', [entry(21, { lockIndex: 0 })], 1_000],
    ['from when somebody deleted it', [held, undefined, undefined], 2_000],
    ['anew where it may have changed hands unseen', [held, entry(21), entry(25)], 3_000],
    ['anew where it was deleted unseen', [held, entry(21), undefined], 3_000],
    ['when somebody has written it after its release', [held, released(21), entry(22)], 3_000],
    [
      'where an entry of before is back, which tells of an older release',
      [held, released(15)],
      2_000,
    ],
    [
      'where a release stands in an entry that was made anew',
      [held, released(30, { createIndex: 29 })],
      2_000,
    ],
    ['also where it was seen deleted', [held, undefined, released(30, { createIndex: 29 })], 3_000],
  ])('%s', (_, sightings, sinceMs) => {
    expect(after(...sightings).orphanedSince).toEqual(at(sinceMs));
  });

  it.each<[string, readonly (KeyEntry | undefined)[]]>([
    ['where it was never seen', [undefined]],
    ['where it was given back', [held, released(21)]],
    ['where it was given back before the first look', [released(21)]],
    ['where the first who held it gave it back', [undefined, released(21)]],
    ['once it was given back by a later holder', [held, entry(21), released(30)]],
    ['while somebody holds it', [entry(21), held]],
  ])('not %s', (_, sightings) => {
    expect(after(...sightings).orphanedSince).toBeUndefined();
  });
});

describe('an orphaned lock', () => {
  it('is left alone for the lock-delay, as the monotonic clock counts', () => {
    const rest = (now: Instant) => orphanRestMs(10_000, { orphanedSince: at(1_000) }, now);
    expect(rest(at(4_000))).toBe(7_000);
    expect(rest(at(4_000, 1_000_000))).toBe(7_000);
    expect(rest(at(10_999.9))).toBe(1);
    expect(rest(at(11_000))).toBe(0);
  });
});
