import type { KeyEntry } from '../../lib/consul/http/answers.js';
import { releasedValue } from '../../lib/index.js';
import { moments, span } from '../leadership/election/harness.js';
import { playGroup, prefix } from './groupHarness.js';

const key = `${prefix}1`;

describe('a key of a group whose lock-delay Consul ends too early', () => {
  it.each<[string, number, string, number]>([
    ['whoever saw it become free', 12_000, '12004:F 20001:v 30003:L', 10_000],
    ['whoever comes when Consul would give it away already', 24_100, '24104:v 34106:L', 10_000],
    ['who has a shorter lock-delay than its holder', 12_000, '12004:F 20001:v 30003:L', 2_000],
    ['who comes then with a shorter lock-delay', 24_100, '24104:v 34106:L', 2_000],
  ])('is left alone by %s', (_, fromMs, letters, lockDelayMs) => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a');
      const destroy = () => consul.destroySession(consul.holderOf(key)!);
      at({
        1_000: destroy,
        // Ten seconds from here it ends whatever lock-delay the key has.
        14_000: () => consul.electRaftLeader({ justStarted: true }),
        19_999: () => a.setLink('blackhole'),
        20_000: destroy,
      });
      expectObservable(a.letters('1'), span(0, 24_050)).toBe(moments('4:v 6:L 1001:v 11003:L'));
      const b = group('b', { lockDelayMs });
      expectObservable(b.letters('1'), span(fromMs, 35_000)).toBe(moments(letters));
    });
  });

  it('is taken at once where it was given back, though another key was not', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a');
      expectObservable(a.letters('1'), span(0, 1_000)).toBe(moments('4:v 6:L'));
      at({ 2_000: () => consul.put(`${prefix}2`, 'left behind', 0x2ddccbc058a50c18n) });
      const b = group('b');
      expectObservable(b.letters('1'), span(5_000, 16_000)).toBe(moments('5004:v 5006:L'));
      expectObservable(b.letters('2'), span(5_000, 16_000)).toBe(moments('5004:v 15006:L'));
    });
  });
});

describe('a lock of a group that somebody writes over by hand', () => {
  it('is contended for by who knows it, when its holder has crashed', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a');
      expectObservable(a.letters('1'), span(0, 2_000)).toBe(moments('4:v 6:L'));
      expectObservable(group('b').letters('1'), span(100, 13_000)).toBe(
        moments('104:F 1001:F 2001:v 12003:L'),
      );
      at({
        999: () => a.setLink('blackhole'),
        1_000: () => consul.put(key, 'by hand', 0n),
        2_000: () => consul.destroySession(consul.holderOf(key)!),
      });
    });
  });

  it('is restored by its holder, which leads on', () => {
    playGroup(({ at, consul, flush, group, expectObservable }) => {
      const a = group('a');
      expectObservable(a.letters('1'), span(0, 3_500)).toBe(moments('4:v 6:L 3000:v'));
      expectObservable(a.letters('2'), span(0, 4_000)).toBe(moments('4:v 6:L'));
      const entries: KeyEntry[] = [];
      const note = () => entries.push(consul.entryOf(key)!);
      at({
        1_000: note,
        1_500: () => consul.put(key, 'by hand', 0n),
        2_010: note,
      });
      // The release is bound to the entry as it stands now.
      at({ 3_000: () => a.election('1').stepDown().subscribe(), 3_100: note });
      flush();
      const [first, restored, releaseEach] = entries;
      const { flags, sessionId, value } = first!;
      expect(restored).toMatchObject({ flags, sessionId, value });
      expect(restored!.modifyIndex).toBeGreaterThan(first!.modifyIndex);
      expect(releaseEach).toMatchObject({ sessionId: undefined, value: releasedValue });
    });
  });
});

describe('a key of a group that something else uses', () => {
  it('is told at once, and contended for as soon as it is free', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a');
      at({
        0: () => consul.put(`${prefix}1`, 'precious', 42n),
        150: () => consul.deleteKey(`${prefix}1`),
      });
      expectObservable(a.letters('1'), span(0, 1_000)).toBe(moments('4:E 151:v 153:L'));
    });
  });
});
