import { merge } from 'rxjs';
import { goLockFlags } from '../../lib/config/sharedSettings.js';
import type { Time } from '../../lib/index.js';
import { requestTo } from '../../lib/testing/index.js';
import { moments, span } from '../leadership/election/harness.js';
import { countsOf, groupWordsOf, playGroup, prefix } from './groupHarness.js';

const keysOf = (count: number) => Array.from({ length: count }, (_, index) => `${index}`);

describe('the keys of a group', () => {
  it('that are held or something else’s do not keep the others from being led', () => {
    playGroup(({ consul, group, expectObservable }) => {
      consul.put(`${prefix}used`, 'data', 7n);
      const b = group('b');
      const a = group('a');
      expectObservable(b.letters('held'), span(0, 5_000)).toBe(moments('4:v 6:L'));
      expectObservable(a.letters('free'), span(100, 4_000)).toBe(moments('104:v 106:L'));
      expectObservable(a.letters('held'), span(100, 4_000)).toBe(moments('104:F'));
      expectObservable(a.letters('used'), span(100, 4_000)).toBe(moments('104:E'));
    });
  });

  it('that are refused together are tried again without the ones that are taken', () => {
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a');
      const keys = keysOf(20);
      const contending = merge(...keys.map((key) => a.leadership$(key))).subscribe();
      const led: number[] = [];
      let claims: number | undefined;
      at({
        // After the listing, and before the transaction that it leads to.
        4: () => ['3', '7'].forEach((key) => consul.put(prefix + key, 'x', goLockFlags)),
        7: () => led.push(a.leading().length),
        100: () => led.push(a.leading().length),
        10_100: () => {
          led.push(a.leading().length);
          claims = countsOf(groupWordsOf(consul))['txn'];
        },
        10_101: () => contending.unsubscribe(),
      });
      flush();
      expect(led).toEqual([0, 18, 20]);
      // All of them, the ones that were not written meanwhile, and those two, a lock-delay later.
      expect(claims).toBe(3);
    });
  });

  it('wait a lock-delay out by one timer, and are taken together when it ends', () => {
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a');
      const b = group('b');
      const keys = keysOf(64);
      const leading = merge(...keys.map((key) => a.leadership$(key))).subscribe();
      const following = merge(...keys.map((key) => b.leadership$(key))).subscribe();
      const led: number[] = [];
      let transactions = 0;
      const sent = () => countsOf(groupWordsOf(consul, 'b'))['txn'] ?? 0;
      at({
        1_000: () => {
          a.setLink('blackhole');
          consul.destroySession(consul.holderOf(`${prefix}0`) ?? '');
        },
        10_900: () => {
          led.push(b.leading().length);
          transactions = sent();
        },
        11_100: () => {
          led.push(b.leading().length);
          transactions = sent() - transactions;
        },
        11_101: () => {
          leading.unsubscribe();
          following.unsubscribe();
        },
      });
      flush();
      expect(led).toEqual([0, 64]);
      expect(transactions).toBe(2);
    });
  });

  it.each([0.1, 0.3, 0.4])(
    'are taken at the end of a lock-delay though timers are early and each look at the clock takes %d ms',
    (stepMs) => {
      playGroup(({ at, consul, group, flush, scheduler }) => {
        let looks = 0;
        const time: Time = {
          // As in Node, which cuts the fraction of a delay off.
          scheduler: {
            now: () => scheduler.now(),
            schedule: (work, delayMs = 0, ...state) =>
              scheduler.schedule(work as () => void, Math.trunc(delayMs), ...state),
          },
          now: () => {
            looks += 1;
            const nowMs = scheduler.now() + looks * stepMs;
            return { monotonicMs: nowMs, wallMs: nowMs };
          },
        };
        const timings = { lockDelayMs: 500, evidenceIntervalMs: 100, requestTimeoutMs: 100 };
        const a = group('a', timings);
        const b = group('b', { ...timings, time });
        const contending = merge(a.leadership$('1'), a.leadership$('2')).subscribe();
        const following = merge(b.leadership$('1'), b.leadership$('2')).subscribe();
        const led: number[] = [];
        at({
          1_000: () => {
            a.setLink('blackhole');
            consul.destroySession(consul.holderOf(`${prefix}1`) ?? '');
          },
          1_800: () => led.push(b.leading().length),
          1_801: () => {
            contending.unsubscribe();
            following.unsubscribe();
          },
        });
        flush();
        expect(led).toEqual([2]);
      });
    },
  );

  it('that Consul refuses a token are errors of their own', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a');
      const refused = { Results: null, Errors: [{ OpIndex: 1, What: 'Permission denied' }] };
      // Of two keys the first is refused, in whatever transaction it comes first.
      const end = consul.fail(
        requestTo('PUT', '/v1/txn'),
        {
          status: 409,
          body: JSON.stringify(refused),
        },
        1,
      );
      expectObservable(a.letters('1'), span(0, 3_000)).toBe(moments('4:v 6:E 58:L'));
      expectObservable(a.letters('2'), span(0, 3_000)).toBe(moments('4:v 8:L'));
      at({ 2_000: end });
    });
  });
});
