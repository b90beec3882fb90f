// A user's own spec of a failover, under the runner that comes with Node.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { interval, map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { leaderElection, whileLeader } from 'rxjs-leader-election';
import { leadershipMarbles, simulatedConsul, virtualTime } from 'rxjs-leader-election/testing';

const work = () => interval(1_000).pipe(map((n) => `order ${n}`));

test('works while it leads, by a script of roles', () => {
  const scheduler = new TestScheduler(assert.deepStrictEqual);
  scheduler.run(({ expectObservable }) => {
    const { election, expectLeadership } = leadershipMarbles(scheduler);
    const scripted = election('--F--L 1500ms E');
    const orders$ = scripted.leadership$.pipe(whileLeader(work));
    expectObservable(orders$).toBe('1005ms 0 499ms |', { 0: 'order 0' });
    expectLeadership(scripted.leadership$).toBe('--F--L 1499ms (F|)');
    scheduler.schedule(() => scripted.resign().subscribe(), 1_505);
  });
});

test('another one leads when the leader is cut off', () => {
  const scheduler = new TestScheduler(assert.deepStrictEqual);
  scheduler.run(() => {
    const { expectLeadership } = leadershipMarbles(scheduler);
    const time = virtualTime(scheduler);
    const consul = simulatedConsul({ time });
    const contender = () => {
      const { transport, setLink } = consul.connect();
      const options = { key: 'locks/orders', lockDelayMs: 5_000, transport, time };
      return { ...leaderElection(options), setLink };
    };
    const [first, second] = [contender(), contender()];
    scheduler.schedule(() => first.setLink('blackhole'), 1_000);
    expectLeadership(first.leadership$, '^ 10s !').toBe('(FL) 4451ms E');
    expectLeadership(second.leadership$, '^ 30s !').toBe('F 24999ms L');
  });
});

test('fails where the service does something else', () => {
  const scheduler = new TestScheduler(assert.deepStrictEqual);
  assert.throws(() => {
    scheduler.run(() => {
      const { cold, expectLeadership } = leadershipMarbles(scheduler);
      expectLeadership(cold('F-L')).toBe('F--L');
    });
  }, assert.AssertionError);
});
