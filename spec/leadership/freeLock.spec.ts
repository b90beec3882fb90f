import { releasedValue } from '../../lib/index.js';
import { lockValue } from '../../lib/lock/lockValue.js';
import type { KeyEntry } from '../../lib/consul/http/answers.js';
import { abandonedWaitMs, freeLockOf, type LastObserved } from '../../lib/leadership/freeLock.js';
import type { Instant } from '../../lib/ports/instant.js';

const at = (monotonicMs: number, wallMs = monotonicMs): Instant => ({ monotonicMs, wallMs });

const entry = (modifyIndex: number, more: Partial<KeyEntry> = {}): KeyEntry => ({
  ...{ key: 'locks/reports', value: '', flags: 0n, sessionId: undefined },
  ...{ createIndex: 10, modifyIndex, lockIndex: 1, ...more },
});
const held = entry(20, { sessionId: 'another' });
const released = (modifyIndex: number, more: Partial<KeyEntry> = {}) =>
  entry(modifyIndex, { value: releasedValue, ...more });

/** What is known after some observations, a second apart, from 1 s on. */
function after(...observations: readonly (KeyEntry | undefined)[]): LastObserved {
  return observations.reduce<LastObserved | undefined>(
    (before, seen, index) => ({
      entry: seen,
      ...freeLockOf(before, { entry: seen, receivedAt: at((index + 1) * 1_000) }),
    }),
    undefined,
  )!;
}

describe('a lock is abandoned', () => {
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
  ])('%s', (_, observations, sinceMs) => {
    expect(after(...observations).abandonedSince).toEqual(at(sinceMs));
  });

  it.each<[string, readonly (KeyEntry | undefined)[]]>([
    ['where it was never seen', [undefined]],
    ['where it was given back', [held, released(21)]],
    ['where it was given back before the first look', [released(21)]],
    ['where the first who held it gave it back', [undefined, released(21)]],
    ['once it was given back by a later holder', [held, entry(21), released(30)]],
    ['while somebody holds it', [entry(21), held]],
  ])('not %s', (_, observations) => {
    expect(after(...observations).abandonedSince).toBeUndefined();
  });
});

describe('the lock-delay of the last holder', () => {
  const value = lockValue(60_000, { host: 'a' });
  const holds = entry(20, { sessionId: 'another', value });
  const other = entry(30, { sessionId: 'of another client', value: '{"lockDelayMs":"long"}' });

  it.each<[string, readonly (KeyEntry | undefined)[], number | undefined]>([
    ['is read while it holds the lock', [holds], 60_000],
    ['is known after its session has ended', [holds, entry(21, { value })], 60_000],
    ['is read from what it has left', [entry(21, { value })], 60_000],
    [
      'is known where it was written over',
      [holds, { ...holds, modifyIndex: 22, value: 'x' }],
      60_000,
    ],
    ['is known where it was deleted', [holds, undefined, undefined], 60_000],
    ['is not that of the holder before', [holds, entry(21, { value }), other], undefined],
    ['is over with a release', [holds, released(21), undefined], undefined],
    ['is none that Consul knows of', [entry(21, { value: lockValue(60_001, {}) })], undefined],
    ['is none where another client says something', [entry(21, { value: '{"a":1}' })], undefined],
  ])('%s', (_, observations, expectedMs) => {
    expect(after(...observations).holderLockDelayMs).toBe(expectedMs);
  });

  it('is waited for where it is the longer one', () => {
    const rest = (holderLockDelayMs: number) =>
      abandonedWaitMs(10_000, { abandonedSince: at(1_000), holderLockDelayMs }, at(4_000));
    expect(rest(60_000)).toBe(57_000);
    expect(rest(5_000)).toBe(7_000);
  });
});

describe('an abandoned lock', () => {
  it('is left alone for the lock-delay, as the monotonic clock counts', () => {
    const freeLock = { abandonedSince: at(1_000), holderLockDelayMs: undefined };
    const rest = (now: Instant) => abandonedWaitMs(10_000, freeLock, now);
    expect(rest(at(4_000))).toBe(7_000);
    expect(rest(at(4_000, 1_000_000))).toBe(7_000);
    expect(rest(at(10_999.9))).toBe(1);
    expect(rest(at(11_000))).toBe(0);
  });
});
