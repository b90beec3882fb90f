import { map } from 'rxjs';
import {
  currentLeader,
  distinctRole,
  settled,
  type CurrentLeader,
  type Leadership,
  type LeadershipError,
} from '../../lib/index.js';
import { virtualTime } from '../../lib/testing/index.js';
import { moments, play, span } from '../leadership/election/harness.js';
import { marbles, type MarbleHelpers } from '../support/marbles.js';
import { follower, states } from './leaderships.js';

const seen: Record<string, Leadership> = {
  ...states,
  V: follower(),
  A: follower({ sessionId: 'a', metadata: { host: 'one' } }),
  a: follower({ sessionId: 'a', metadata: { host: 'two' } }),
  B: follower({ sessionId: 'b', metadata: undefined }),
  e: { ...(states['E'] as LeadershipError), attempt: 2 },
};

const tellsOf = (leader: CurrentLeader | undefined): string =>
  leader === undefined ? '-' : leader.isSelf ? 'self' : leader.sessionId;

describe('currentLeader', () => {
  it.each([
    ['-', '-'],
    ['--|', '--|'],
    ['-A|', '-a|'],
    ['-V-A-B-V-L-E-A|', '-n-a-b-n-s-n-a|'],
    ['-A-A-a-L-X-E-e|', '-a---a-s---n--|'],
    ['-A-#', '-a-#'],
    ['(AL|)', '(as|)'],
  ])('of %s is %s', (election, result) => {
    marbles(({ cold, expectObservable }) => {
      const leader$ = cold(election, seen).pipe(currentLeader(), map(tellsOf));
      expectObservable(leader$).toBe(result, { a: 'a', b: 'b', s: 'self', n: '-' });
    });
  });

  it('tells each process the same metadata, the leader too', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a', { metadata: { host: 'one' } });
      const b = actor('b');
      const said = ({ leadership$ }: typeof a) =>
        leadership$.pipe(
          currentLeader(),
          map((leader) => leader && [leader.isSelf, leader.metadata]),
        );
      const values = { n: undefined, a: [true, { host: 'one' }], f: [false, { host: 'one' }] };
      const bare = { s: [true, undefined] };
      expectObservable(said(a)).toBe(moments('4:n 6:a 1000:n 1004:|'), values);
      expectObservable(said(b), span(100, 2_000)).toBe(moments('104:f 1002:n 1004:s'), {
        ...{ ...values, ...bare },
      });
      at({ 1_000: () => a.resign().subscribe() });
    });
  });
});

describe('distinctRole', () => {
  it.each([
    ['-', '-'],
    ['--|', '--|'],
    ['-A|', '-A|'],
    ['-V-A-B-L-X-M-E-e-V|', '-V-----L---M-E---V|'],
    ['-L-E-R-#', '-L-E-R-#'],
    ['(ABL|)', '(AL|)'],
  ])('of %s is %s', (election, result) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(election, seen).pipe(distinctRole())).toBe(result, seen);
    });
  });
});

describe('settled', () => {
  const settling = ({ time }: MarbleHelpers) => settled({ forMs: 3, time });

  it.each([
    ['-', '-'],
    ['--|', '--|'],
    ['-A-B-E-e-V|', '-A-B-E-e-V|'],
    ['-L------F|', '----L---F|'],
    ['-F-L-E-R-F-M---', '-F---E---F----M'],
    ['-L-X-X--', '----L---'],
    ['-L--E-', '----E-'],
    ['-L-|', '---|'],
    ['-L-#', '---#'],
    ['(FL)', '(F)L'],
  ])('of %s is %s', (election, result) => {
    marbles((helpers) => {
      const settled$ = helpers.cold(election, seen).pipe(settling(helpers));
      helpers.expectObservable(settled$).toBe(result, seen);
    });
  });

  it.each([-1, Number.NaN, Infinity])('refuses %p milliseconds at once', (forMs) => {
    expect(() => settled({ forMs })).toThrow(`forMs = ${forMs}`);
  });

  it('sets no timer that outlives it', () => {
    marbles((helpers) => {
      const { cold, expectObservable, expectSubscriptions, flush, scheduler } = helpers;
      const leadership$ = cold('-L', seen);
      expectObservable(leadership$.pipe(settling(helpers)), '--!').toBe('');
      expectSubscriptions(leadership$.subscriptions).toBe('^-!');
      flush();
      expect(scheduler.now()).toBe(2);
    });
  });

  it('does not tell of leadership that is over by the clock', () => {
    play(({ actor, at, scheduler, expectObservable }) => {
      let wallSkewMs = 0;
      const time = virtualTime(scheduler, { wallSkewMs: () => wallSkewMs });
      const a = actor('a', { time });
      const told$ = a.leadership$.pipe(
        settled({ forMs: 100, time }),
        map(({ kind }) => kind[0]),
      );
      expectObservable(told$, span(0, 200)).toBe(moments('4:F'));
      at({ 50: () => (wallSkewMs = 60_000) });
    });
  });

  it('keeps machine time unless told otherwise', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('-L', seen).pipe(settled({ forMs: 5 }))).toBe('------L', seen);
    });
  });
});
