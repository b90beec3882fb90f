import { concat, EMPTY, NEVER, of, Subject, tap } from 'rxjs';
import {
  bufferUntilLeading,
  passWhileLeading,
  switchByRole,
  type BufferUntilLeadingOptions,
  type Leadership,
} from '../../lib/index.js';
import { virtualTime } from '../../lib/testing/index.js';
import { play, span } from '../leadership/election/harness.js';
import { marbles } from '../support/marbles.js';
import { states } from './leaderships.js';

describe('passWhileLeading', () => {
  it.each([
    ['nothing of a source that never emits', '-L----', '-----', '-----'],
    ['nothing of an empty source', '-L----', '--|', '--|'],
    ['a single value while leading', 'L-----', '--a|', '--a|'],
    ['nothing before anybody is known to lead', '----L-', 'a-b--c', '-----c'],
    ['nothing while following or not knowing', 'F--L--E--R-', 'ab-cd-efg-h|', '---cd-----h|'],
    ['an error of the source', 'L-----', '-a-#', '-a-#'],
    ['an error of the election', 'L--#', '-a---b', '-a-#'],
    ['no more once the election ends', 'L--|', '-a---b', '-a-|'],
  ])('passes %s', (_, election, values, result) => {
    marbles(({ hot, expectObservable }) => {
      const leadership$ = hot(election, states);
      expectObservable(hot(values).pipe(passWhileLeading(leadership$))).toBe(result);
    });
  });

  it('passes what a source emits at once, where leadership is known at once', () => {
    marbles(({ expectObservable }) => {
      const leadership$ = concat(of(states['L']!), NEVER);
      expectObservable(of('a', 'b').pipe(passWhileLeading(leadership$))).toBe('(ab|)');
    });
  });

  it.each([
    ['it is unsubscribed', '-a-b-c', '----!', '^---!'],
    ['the source ends', '-a--|', undefined, '^---!'],
  ])('leaves both when %s', (_, values, unsubscribed, subscription) => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot(values);
      const leadership$ = cold('L', states);
      const gated$ = source$.pipe(passWhileLeading(leadership$));
      expectObservable(gated$, unsubscribed).toBe(values.slice(0, 5).replace('c', '-'));
      expectSubscriptions(source$.subscriptions).toBe(subscription);
      expectSubscriptions(leadership$.subscriptions).toBe(subscription);
    });
  });

  it('passes nothing after the lease, though a stalled event loop has kept anybody from noticing', () => {
    play(({ actor, cold, at, scheduler, expectObservable }) => {
      let wallSkewMs = 0;
      const time = virtualTime(scheduler, { wallSkewMs: () => wallSkewMs });
      const a = actor('a', { time });
      const ticks$ = cold('10ms a 9ms b 9ms c').pipe(passWhileLeading(a.leadership$));
      expectObservable(ticks$, span(0, 50)).toBe('10ms a 9ms b');
      at({ 25: () => (wallSkewMs = 60_000) });
    });
  });
});

describe('bufferUntilLeading', () => {
  const bounded = { maxSize: 3 };

  it.each([
    ['nothing of a source that never emits', '-L----', '-----', '-----'],
    ['nothing of an empty source', '-L----', '--|', '--|'],
    ['a single value while leading', 'L-----', '--a|', '--a|'],
    ['what waited, in its order, and then all', 'F---L-------', 'abc-------de|', '----(abc)-de|'],
    ['what waited, again and again', 'L-E---R----E---M', 'abcde--------f', 'ab----(cde)----f'],
    ['what waited of a source that has ended', 'F-----L--', '-ab|', '------(ab|)'],
    ['an error of the source', 'L-----', '-a-#', '-a-#'],
    ['an error of the election, with values waiting', 'F--#', '-a---b', '---#'],
    ['no more once the election ends', 'L--|', '-a---b', '-a-|'],
  ])('passes %s', (_, election, values, result) => {
    marbles(({ hot, expectObservable }) => {
      const leadership$ = hot(election, states);
      expectObservable(hot(values).pipe(bufferUntilLeading(leadership$, bounded))).toBe(result);
    });
  });

  const expectOverflow = (
    options: BufferUntilLeadingOptions<string>,
    result: string,
    error?: unknown,
  ) =>
    marbles(({ hot, expectObservable }) => {
      const gated$ = hot('abcde-').pipe(bufferUntilLeading(hot('F-----L', states), options));
      expectObservable(gated$).toBe(result, undefined, error);
    });

  it('errors with one value too many, and says what to do', () => {
    const error = expect.objectContaining({
      code: 'BUFFER_OVERFLOW',
      details: { maxSize: 3 },
      message: expect.stringContaining('Raise maxSize') as string,
    }) as unknown;
    expectOverflow(bounded, '---#', error);
    expectOverflow({ ...bounded, overflow: 'error' }, '---#', error);
  });

  it.each([
    ['dropOldest', '------(cde)', ['a', 'b']],
    ['dropNewest', '------(abc)', ['d', 'e']],
  ] as const)('with %s passes %s and tells of the others', (overflow, result, expected) => {
    const dropped: string[] = [];
    expectOverflow({ ...bounded, overflow, onDrop: (value) => dropped.push(value) }, result);
    expect(dropped).toEqual(expected);
  });

  it.each([-1, 0.5, Number.NaN, Infinity])('refuses a size of %p at once', (maxSize) => {
    expect(() => bufferUntilLeading(NEVER, { maxSize })).toThrow(`maxSize = ${maxSize}`);
  });

  it('keeps nothing with a size of 0, and passes all while leading', () => {
    marbles(({ hot, expectObservable }) => {
      const dropped: string[] = [];
      const options = { maxSize: 0, overflow: 'dropNewest' } as const;
      const onDrop = (value: string) => dropped.push(value);
      const leadership$ = hot('--L--F-', states);
      const gated$ = hot('ab-cd-f').pipe(bufferUntilLeading(leadership$, { ...options, onDrop }));
      expectObservable(gated$).toBe('---cd--');
    });
  });

  it('errors with what its handler throws', () => {
    const onDrop = () => {
      throw 'defect';
    };
    expectOverflow({ ...bounded, overflow: 'dropOldest', onDrop }, '---#', 'defect');
  });

  it('keeps the order where a value comes while others are being passed', () => {
    const source$ = new Subject<string>();
    const leadership$ = new Subject<Leadership>();
    const seen: string[] = [];
    source$
      .pipe(
        bufferUntilLeading(leadership$, bounded),
        tap((value) => value === 'a' && source$.next('c')),
      )
      .subscribe((value) => seen.push(value));
    source$.next('a');
    source$.next('b');
    leadership$.next(states['L']!);
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('keeps the rest where leadership ends while values are being passed', () => {
    const leadership$ = new Subject<Leadership>();
    const seen: string[] = [];
    concat(of('a', 'b'), NEVER)
      .pipe(
        bufferUntilLeading(leadership$, bounded),
        tap((value) => value === 'a' && leadership$.next(states['F']!)),
      )
      .subscribe((value) => seen.push(value));
    leadership$.next(states['L']!);
    expect(seen).toEqual(['a']);
    leadership$.next(states['M']!);
    expect(seen).toEqual(['a', 'b']);
  });

  it('leaves both when it is unsubscribed', () => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const source$ = hot('-a-b-c');
      const leadership$ = cold('L', states);
      expectObservable(source$.pipe(bufferUntilLeading(leadership$, bounded)), '----!').toBe(
        '-a-b',
      );
      expectSubscriptions(source$.subscriptions).toBe('^---!');
      expectSubscriptions(leadership$.subscriptions).toBe('^---!');
    });
  });
});

describe('switchByRole', () => {
  it.each([
    ['nothing before anything is known', '-', '-', [], [], []],
    ['nothing of an empty stream', '--|', '--|', [], [], []],
    [
      'the source of each role',
      '-F---L---E---L---F|',
      '-f-f-l-l-e-e-l-l-f|',
      ['-----^---!', '-------------^---!'],
      ['-^---!', '-----------------^!'],
      ['---------^---!'],
    ],
    ['one source however often the role is told', '-F-F-F|', '-f-f-f|', [], ['-^----!'], []],
    ['a new one for another term', '-L--M--', '-l-ll-l-l', ['-^--!', '----^'], [], []],
    ['an error of the election', '-L-#', '-l-#', ['-^-!'], [], []],
  ])('mirrors %s', (_, election, result, leading, following, failing) => {
    marbles(({ cold, hot, expectObservable, expectSubscriptions }) => {
      const [leader$, follower$, error$] = [cold('l-l-l'), cold('f-f-f'), cold('e-e-e')];
      const roles = { leader: () => leader$, follower: () => follower$, error: () => error$ };
      expectObservable(hot(election, states).pipe(switchByRole(roles))).toBe(result);
      expectSubscriptions(leader$.subscriptions).toBe(leading);
      expectSubscriptions(follower$.subscriptions).toBe(following);
      expectSubscriptions(error$.subscriptions).toBe(failing);
    });
  });

  it('tells the leader its term, and the error what is wrong', () => {
    marbles(({ hot, expectObservable }) => {
      const said$ = hot('F-L-E-', states).pipe(
        switchByRole({
          leader: ({ fencingToken }) => [fencingToken.value],
          follower: () => EMPTY,
          error: ({ error }) => [error.code],
        }),
      );
      expectObservable(said$).toBe('--t-c-', { t: 5n, c: 'LEASE_EXPIRED' });
    });
  });

  it.each(['leader', 'follower', 'error'] as const)('errors with what %s throws', (role) => {
    marbles(({ hot, expectObservable }) => {
      const raise = () => {
        throw role;
      };
      const sources = { leader: () => EMPTY, follower: () => EMPTY, error: () => EMPTY };
      const said$ = hot('F-E-L-', states).pipe(switchByRole({ ...sources, [role]: raise }));
      const at = { leader: '----#', follower: '#', error: '--#' }[role];
      expectObservable(said$).toBe(at, undefined, role);
    });
  });

  it('begins the next source when the drained one of the leader has ended', () => {
    play(({ actor, cold, at, expectObservable, expectSubscriptions }) => {
      const a = actor('a');
      const follower$ = cold('f');
      const said$ = a.leadership$.pipe(
        switchByRole(
          { leader: () => cold('1200ms l|'), follower: () => follower$, error: () => EMPTY },
          { drain: true },
        ),
      );
      expectObservable(said$, span(0, 1_400)).toBe('4ms f 1201ms lf');
      expectSubscriptions(follower$.subscriptions).toBe([span(4, 6), span(1_207, 1_400)]);
      at({ 1_000: () => a.stepDown().subscribe() });
    });
  });

  it('leaves all when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const leadership$ = cold('F', states);
      const follower$ = cold('--f');
      const sources = { leader: () => EMPTY, follower: () => follower$, error: () => EMPTY };
      expectObservable(leadership$.pipe(switchByRole(sources)), '----!').toBe('--f');
      expectSubscriptions(leadership$.subscriptions).toBe('^---!');
      expectSubscriptions(follower$.subscriptions).toBe('^---!');
    });
  });
});
