// Marble tests of a service's failover, without a Consul and without a sleep:
//
//   node --test examples/failover/
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestScheduler } from 'rxjs/testing';
import { leaderElection } from 'rxjs-leader-election';
import { leadershipMarbles, simulatedConsul, virtualTime } from 'rxjs-leader-election/testing';
import { counting } from './service.mjs';

test('it counts while it leads, from the beginning each time', () => {
  const scheduler = new TestScheduler(assert.deepEqual);
  scheduler.run(({ expectObservable, expectSubscriptions }) => {
    // F: another one leads, L: this one does, E: trouble.
    const election = leadershipMarbles(scheduler).election('F 999ms L 1499ms E 499ms L 499ms |');
    expectObservable(counting(election)).toBe('1s 0 999ms 1 999ms 0 499ms |');
    expectSubscriptions(election.subscriptions).toBe('^ 3499ms !');
  });
});

/** Two instances of the service on one Consul, on virtual time: one frame is a millisecond. */
function twoInstances(play) {
  const scheduler = new TestScheduler(assert.deepEqual);
  scheduler.run((helpers) => {
    const time = virtualTime(scheduler);
    const consul = simulatedConsul({ time });
    const instance = () => {
      const { transport, setLink } = consul.connect();
      const election = leaderElection({ key: 'locks/counting', transport, time });
      return { election, setLink, count$: counting(election) };
    };
    const at = (ms, act) => scheduler.schedule(act, ms);
    play({ ...helpers, at, first: instance(), second: instance() });
  });
}

test('one instance counts, the other one waits', () => {
  twoInstances(({ expectObservable, first, second }) => {
    expectObservable(first.count$, '^ 2500ms !').toBe('0 999ms 1 999ms 2');
    expectObservable(second.count$, '^ 2500ms !').toBe('');
  });
});

test('when the first one resigns, the second one goes on at once', () => {
  twoInstances(({ expectObservable, at, first, second }) => {
    at(2_500, () => first.election.resign().subscribe());
    expectObservable(first.count$).toBe('0 999ms 1 999ms 2 499ms |');
    expectObservable(second.count$, '^ 4s !').toBe('2500ms 0 999ms 1');
  });
});

test('when the first one is cut off, it stops by itself, and long before the second one begins', () => {
  twoInstances(({ expectObservable, at, first, second }) => {
    at(1_500, () => first.setLink('blackhole'));
    expectObservable(first.count$, '^ 20s !').toBe(
      '0 999ms 1 999ms 2 999ms 3 999ms 4 999ms 5 999ms 6 999ms 7 999ms 8 999ms 9',
    );
    // Consul ends the session of the first at twice its TTL of 10 s, and keeps the lock for 10 s more.
    expectObservable(second.count$, '^ 31s !').toBe('30s 0 999ms 1');
  });
});
