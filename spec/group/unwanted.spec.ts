import { NEVER, type SchedulerLike } from 'rxjs';
import type { Fault } from '../../lib/testing/index.js';
import { moments, span } from '../leadership/election/harness.js';
import { playGroup, prefix } from './groupHarness.js';

/** Attempts to take this key alone reach Consul only at a moment, all of them, and are never answered. */
const holdingBack =
  (key: string, untilMs: number, scheduler: SchedulerLike): Fault =>
  (transport) => ({
    ...transport,
    request: (request) => {
      const isAttempt = request.path === '/v1/txn' && request.body?.includes(`"Key":"${key}"`);
      if (isAttempt !== true || scheduler.now() >= untilMs) return transport.request(request);
      scheduler.schedule(() => transport.request(request).subscribe(), untilMs - scheduler.now());
      return NEVER;
    },
  });

const timings = {
  leaseMs: 1_000,
  stopBudgetMs: 100,
  evidenceIntervalMs: 300,
  requestTimeoutMs: 250,
};

describe('a lock that is taken late, when its key has been left', () => {
  it('is given back, while the other keys go on', () => {
    playGroup(({ at, consul, group, scheduler, expectObservable, flush }) => {
      const key = `${prefix}late`;
      const link = { faults: [holdingBack(key, 3_000, scheduler)] };
      const a = group('a', { ...timings, link });
      expectObservable(a.letters('other'), span(0, 6_000)).toBe(moments('4:v 6:L'));
      expectObservable(a.letters('late'), span(100, 600)).toBe(moments('100:v 352:E'));
      const holders: (string | undefined)[] = [];
      const noted = () => holders.push(consul.holderOf(key));
      at({ 2_999: noted, 3_002: noted, 3_020: noted });
      // Another process has it as soon as it is free, without a lock-delay.
      expectObservable(group('b').letters('late'), span(3_002, 6_000)).toBe(
        moments('3006:v 3008:L'),
      );
      flush();
      expect(holders.map((holder) => holder !== undefined)).toEqual([false, true, true]);
    });
  });

  it('stays with a key that is joined again meanwhile', () => {
    playGroup(({ group, scheduler, expectObservable }) => {
      const key = `${prefix}late`;
      const a = group('a', { ...timings, link: { faults: [holdingBack(key, 3_000, scheduler)] } });
      expectObservable(a.letters('other'), span(0, 6_000)).toBe(moments('4:v 6:L'));
      expectObservable(a.letters('late'), span(100, 600)).toBe(moments('100:v 352:E'));
      expectObservable(a.letters('late'), span(3_003, 6_000)).toBe(moments('3003:v 3007:L'));
    });
  });
});

describe('a key under the prefix that was locked with the session of the group by somebody else', () => {
  it('is left as it is', () => {
    playGroup(({ at, consul, group, flush }) => {
      const key = `${prefix}1/owner`;
      const leaving = group('a').leadership$('1').subscribe();
      const holders: (string | undefined)[] = [];
      at({
        1_000: () => {
          const query = { acquire: consul.holderOf(`${prefix}1`)! };
          consul
            .connect({ name: 'user' })
            .transport.request({ method: 'PUT', path: `/v1/kv/${key}`, query, longPoll: false })
            .subscribe();
        },
        2_000: () => holders.push(consul.holderOf(key)),
        3_000: () => leaving.unsubscribe(),
      });
      flush();
      expect(holders).toEqual([expect.any(String)]);
    });
  });
});
