import { of, throwError } from 'rxjs';
import { electionError } from '../../lib/errors.js';
import type { Leadership } from '../../lib/leadership/leadership.js';
import { FencingToken } from '../../lib/lock/fencingToken.js';
import { isLeading } from '../../lib/operators/isLeading.js';
import { whileLeader } from '../../lib/operators/whileLeader.js';
import { marbles } from '../support/marbles.js';

const key = 'locks/reports';
const leader = (token: number, sinceMs: number, leaseEndMs = sinceMs + 100): Leadership => ({
  kind: 'Leader',
  key,
  sessionId: 's',
  fencingToken: new FencingToken(token),
  sinceMs,
  leaseEndMs,
});
const states: Record<string, Leadership> = {
  F: { kind: 'Follower', key, leader: undefined },
  E: {
    kind: 'Error',
    key,
    error: electionError('LEASE_LAPSED', { message: '', details: { leaseMs: 1 }, retryable: true }),
    attempt: 1,
    nextAttemptAtMs: undefined,
  },
  L: leader(5, 10),
  R: leader(5, 40),
  X: leader(5, 10, 500),
  M: leader(9, 90),
};

describe('whileLeader', () => {
  it.each([
    ['nothing before anybody leads', '-', '', '-', []],
    ['nothing for an empty stream', '--|', '', '--|', []],
    ['nothing while it follows or does not know', '-F-E-F|', '', '------|', []],
    ['the work of a tenure', '-F-L----F|', 'ab-c', '---ab-c--|', '---^----!'],
    ['the work again after a lapse', '-L---E-R---F', 'ab', '-ab----ab', ['-^---!', '-------^---!']],
    [
      'new work for another tenure without a gap',
      '-L--M--F',
      'ab',
      '-ab-ab',
      ['-^--!', '----^--!'],
    ],
    ['the same work when only the lease is extended', '-L--X--F', 'ab-d', '-ab-d', '-^-----!'],
    ['an error of the election', '-L--#', 'ab', '-ab-#', '-^--!'],
    ['an error of the work', '-L-----', 'a-#', '-a-#', '-^-!'],
    ['nothing more once the work is complete', '-L-----F', 'a|', '-a', '-^!'],
    ['a synchronous election', '(FL|)', 'ab|', 'ab|', '^-!'],
  ])('emits %s', (_, election, work, result, subscriptions) => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const work$ = cold(work);
      const leadership$ = election.startsWith('(') ? cold(election, states) : hot(election, states);
      expectObservable(leadership$.pipe(whileLeader(() => work$))).toBe(result);
      expectSubscriptions(work$.subscriptions).toBe(subscriptions);
    });
  });

  it('stops the work and leaves the election when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const leadership$ = cold('-L', states);
      const work$ = cold('--a-b-c');
      expectObservable(leadership$.pipe(whileLeader(() => work$)), '------!').toBe('---a-b');
      expectSubscriptions(work$.subscriptions).toBe('-^----!');
      expectSubscriptions(leadership$.subscriptions).toBe('^-----!');
    });
  });

  it('hands the tenure with its fencing token to the work', () => {
    marbles(({ hot, expectObservable }) => {
      const leadership$ = hot('-L--M', states);
      const tokens$ = leadership$.pipe(whileLeader((l) => of(l.fencingToken.toString())));
      expectObservable(tokens$).toBe('-5--9');
    });
  });

  it('passes on what the work throws before it has begun', () => {
    marbles(({ hot, expectObservable }) => {
      const thrown$ = hot('-L', states).pipe(
        whileLeader(() => {
          throw 'defect';
        }),
      );
      expectObservable(thrown$).toBe('-#', undefined, 'defect');
      expectObservable(hot('-L', states).pipe(whileLeader(() => throwError(() => 'refused')))).toBe(
        '-#',
        undefined,
        'refused',
      );
    });
  });
});

describe('isLeading', () => {
  it.each([
    ['-', '-'],
    ['--|', '--|'],
    ['-F-E-L-R-E-F|', '-f---t---f--|'],
    ['-L-#', '-t-#'],
    ['(FL|)', '(ft|)'],
  ])('of %s is %s', (election, result) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(election, states).pipe(isLeading())).toBe(result, {
        t: true,
        f: false,
      });
    });
  });

  it('leaves the election when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const leadership$ = cold('-L----F', states);
      expectObservable(leadership$.pipe(isLeading()), '---!').toBe('-t', { t: true });
      expectSubscriptions(leadership$.subscriptions).toBe('^--!');
    });
  });
});
