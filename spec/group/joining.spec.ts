import { merge } from 'rxjs';
import { moments, span } from '../leadership/election/harness.js';
import { countsOf, groupWordsOf, playGroup, prefix, type GroupActor } from './groupHarness.js';

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);
const allOf = ({ leadership$ }: GroupActor, keys: readonly string[]) =>
  merge(...keys.map((key) => leadership$(key)));

describe('a group', () => {
  it('sends nothing before somebody subscribes', () => {
    playGroup(({ consul, group, flush }) => {
      const { election, isLeader, leading } = group('a');
      expect([election('1').isLeader(), isLeader('1'), leading()]).toEqual([false, false, []]);
      flush();
      expect(consul.requests).toEqual([]);
    });
  });

  it('contends for each key that is subscribed to, and others stand by', () => {
    playGroup(({ group, expectObservable }) => {
      const a = group('a');
      const b = group('b');
      expectObservable(a.letters('1'), span(0, 5_000)).toBe(moments('4:v 6:L'));
      expectObservable(a.letters('2'), span(0, 5_000)).toBe(moments('4:v 6:L'));
      expectObservable(b.letters('2'), span(100, 5_000)).toBe(moments('104:F'));
      expectObservable(b.letters('3'), span(100, 5_000)).toBe(moments('104:v 106:L'));
    });
  });

  it('takes in a key later without asking what is known: one round trip to lead it', () => {
    playGroup(({ consul, group, expectObservable, flush }) => {
      const a = group('a');
      expectObservable(a.letters('1'), span(0, 3_000)).toBe(moments('4:v 6:L'));
      expectObservable(a.letters('2'), span(1_000, 3_000)).toBe(moments('1000:v 1002:L'));
      flush();
      expect(consul.sessions()).toEqual([]);
      expect(countsOf(groupWordsOf(consul))).toMatchObject({ create: 1, list: 1 });
    });
  });

  it('shares one session, one confirmation and one watch among all its keys', () => {
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a');
      const keys = keysOf(200);
      const contending = allOf(a, keys).subscribe();
      const counted: Record<string, unknown> = {};
      const count = () => countsOf(groupWordsOf(consul));
      at({
        1_000: () => Object.assign(counted, { before: count(), leading: a.leading().length }),
        61_000: () => Object.assign(counted, { after: count() }),
        61_001: () => contending.unsubscribe(),
      });
      flush();
      // 200 locks at 32 to a transaction.
      expect(counted).toMatchObject({ leading: 200, before: { create: 1, list: 1, txn: 7 } });
      expect(counted).toMatchObject({ after: { create: 1, txn: 7, evidence: 25, renew: 18 } });
      expect(consul.sessions()).toEqual([]);
      expect(keys.map((key) => consul.holderOf(prefix + key))).toEqual(keys.map(() => undefined));
    });
  });
});
