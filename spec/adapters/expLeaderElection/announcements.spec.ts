import { electionError } from '../../../lib/errors.js';
import { announcements } from '../../../lib/adapters/expLeaderElection/announcements.js';
import { FencingToken } from '../../../lib/lock/fencingToken.js';
import type { Leadership } from '../../../lib/index.js';
import { marbles, type MarbleHelpers } from '../../support/marbles.js';

const key = 'locks/reports';
const error = electionError('LEASE_EXPIRED', {
  message: 'It expired.',
  details: { leaseMs: 1 },
  retryable: true,
});

const leader = (sessionId: string): Leadership => ({
  ...{ kind: 'Leader', key, sessionId, fencingToken: new FencingToken(1) },
  ...{ sinceMs: 0, leaseEndMs: 1 },
});

/** `L` and `M` lead with two sessions, `F` follows, `E` does not know. */
const states: Readonly<Record<string, Leadership>> = {
  L: leader('l'),
  M: leader('m'),
  F: { kind: 'Follower', key, leader: undefined },
  E: { kind: 'Error', key, error, attempt: 1, nextAttemptAtMs: undefined },
};

/** `g` and `h` gained, `l` and `m` lost with the two sessions; `e` for trouble, `x` for a lost lock. */
const told = {
  g: { event: 'gainedLeadership', value: 'l' },
  h: { event: 'gainedLeadership', value: 'm' },
  l: { event: 'lostLeadership', value: 'l' },
  m: { event: 'lostLeadership', value: 'm' },
  e: { event: 'error', value: error },
  x: {
    event: 'error',
    value: expect.objectContaining({
      code: 'LOCK_LOST',
      message: expect.stringMatching(
        /^lostLeadership: session l lost the lock "locks\/reports"/,
      ) as string,
      details: { key, sessionId: 'l' },
    }) as Error,
  },
};

describe('what the listeners are told', () => {
  /** The events of a course of states, with what was expected by then. */
  const expectTold = (
    course: string,
    events: string,
    expected: () => boolean = () => false,
  ): void =>
    marbles(({ hot, expectObservable, expectSubscriptions }: MarbleHelpers) => {
      const leadership$ = hot(course, states);
      expectObservable(leadership$.pipe(announcements(expected))).toBe(events, told);
      expectSubscriptions(leadership$.subscriptions).toBe(`^${'-'.repeat(course.length - 2)}!`);
    });

  it.each([
    ['nothing of who else leads', '-F--F----|', '---------|'],
    ['of the beginning of a term', '-F--L----|', '----g----|'],
    ['of its end, and of its reason', '-L--E----|', '-g--(le)-|'],
    ['of a lock that is gone, as an error of its own', '-L--F----|', '-g--(lx)-|'],
    ['of a lease that is regained', '-L--E----L-|', '-g--(le)-g-|'],
    ['of another session at once', '-L--M----|', '-g--(lh)-|'],
    ['of each failed try', '-E--E--F--L-|', '-e--e-----g-|'],
    ['nothing where nothing happens', '---------|', '---------|'],
  ])('%s', (_, course, events) => {
    expectTold(course, events);
  });

  it('that leadership has ended, without an error, where it was given up on purpose', () => {
    expectTold('-L--F----|', '-g--l----|', () => true);
  });

  it('of trouble even then', () => {
    expectTold('-L--E----|', '-g--(le)-|', () => true);
  });

  it('of a defect, as the end of the stream', () => {
    marbles(({ hot, expectObservable }) => {
      const leadership$ = hot('-L--#', states);
      expectObservable(leadership$.pipe(announcements(() => false))).toBe('-g--#', told);
    });
  });
});
