import {
  concat,
  concatMap,
  delay,
  EMPTY,
  fromEvent,
  ignoreElements,
  map,
  NEVER,
  of,
  Subject,
  take,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import {
  contendWhile,
  isElectionError,
  whileLeader,
  type FencedAnswer,
  type KeyOperation,
  type LeaderElection,
  type Leadership,
  type WhileLeaderOptions,
} from '../../../lib/index.js';
import {
  leadershipMarbles,
  roles,
  scriptedElection,
  type LeadershipMarbles,
  type Role,
} from '../../../lib/testing/index.js';
import { marbles, type MarbleHelpers } from '../../support/marbles.js';

/** What `resign()` and `stepDown()` emit. */
const done = { d: undefined };

interface Harness extends Omit<MarbleHelpers, 'cold' | 'hot'>, LeadershipMarbles {
  readonly at: (acts: Readonly<Record<number, () => void>>) => void;
}

function play(scenario: (harness: Harness) => void): void {
  marbles((helpers) => {
    const at: Harness['at'] = (acts) => {
      for (const [ms, act] of Object.entries(acts)) helpers.scheduler.schedule(act, Number(ms));
    };
    scenario({ ...helpers, ...leadershipMarbles(helpers.scheduler), at });
  });
}

/** Work that says when it begins, and takes a while to end once it is told to stop. */
const slowToEnd =
  (endsAfterMs: number) =>
  (_: unknown, signal: AbortSignal): Observable<string> =>
    concat(
      of('b'),
      fromEvent(signal, 'abort').pipe(
        take(1),
        delay(endsAfterMs),
        map(() => 'e'),
      ),
    );

const worked = (election: LeaderElection, endsAfterMs: number, options: WhileLeaderOptions = {}) =>
  election.leadership$.pipe(whileLeader(slowToEnd(endsAfterMs), { drain: true, ...options }));

/** What an election answers when it is asked, at each of these moments. */
function answersAt(diagram: string, moments: readonly number[]): readonly unknown[] {
  const answers: unknown[] = [];
  play(({ election, expectLeadership, at }) => {
    const one = election(diagram);
    expectLeadership(one.leadership$, '^ 30ms !').toBe(diagram);
    const ask = () => {
      const verified: boolean[] = [];
      one.verify().subscribe((leads) => verified.push(leads));
      answers.push([one.isLeader(), one.leaseRemainingMs(), verified]);
    };
    at(Object.fromEntries(moments.map((ms) => [ms, ask])));
  });
  return answers;
}

const follows = [false, 0, [false]];
const leads = [true, 10_000, [true]];

describe('a scripted election', () => {
  it('says who leads as its script does, to all subscribers, the latest first', () => {
    play(({ election, expectLeadership, expectSubscriptions }) => {
      const one = election('--F--L----E--V--L');
      expectLeadership(one.leadership$, '^------------------!').toBe('--F--L----E--V--L');
      expectLeadership(one.leadership$, '-------^-----------!').toBe('-------L--E--V--L');
      expectSubscriptions(one.subscriptions).toBe('^------------------!');
    });
  });

  it('begins its script when it is joined', () => {
    play(({ election, expectLeadership }) => {
      expectLeadership(election('--F--L').leadership$, '----^-------!').toBe('------F--L');
    });
  });

  it('answers by its script at any moment', () => {
    expect(answersAt('--F--L----E--V--L', [1, 3, 6, 9, 11, 14, 17])).toEqual([
      ...[follows, follows, leads, leads],
      ...[follows, follows, leads],
    ]);
  });

  it('is no leader once nobody is subscribed', () => {
    play(({ election, expectLeadership, at }) => {
      const one = election('L');
      expectLeadership(one.leadership$, '^----!').toBe('L');
      at({
        3: () => expect(one.isLeader()).toBe(true),
        6: () => expect(one.isLeader()).toBe(false),
      });
    });
  });

  it('tells each state once, and knows of no leader to step down while it follows', () => {
    const states: Leadership[] = [];
    play(({ election, at }) => {
      const one = election('V-V-L-L-F----|');
      one.leadership$.subscribe((state) => states.push(state));
      at({ 10: () => one.stepDown().subscribe() });
    });
    const others = states.map((state) => (state.kind === 'Follower' ? state.leader : state.kind));
    expect(others).toEqual([undefined, 'Leader', expect.anything(), undefined]);
    expect(states).toHaveLength(4);
  });

  it('leads under a larger token after each interruption, its own included', () => {
    const tokens: bigint[] = [];
    play(({ election, at }) => {
      const one = election('L--F--L-----L--|');
      one.leadership$.subscribe((state) => {
        if (state.kind === 'Leader') tokens.push(state.fencingToken.value);
      });
      at({ 8: () => one.stepDown().subscribe() });
    });
    expect(tokens).toHaveLength(3);
    expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => (a < b ? -1 : 1)));
  });

  it('drains the work of a resignation, and completes when that has ended', () => {
    play(({ election, expectLeadership, expectObservable, at }) => {
      const one = election('--L');
      expectLeadership(one.leadership$).toBe('--L--F--|');
      expectObservable(worked(one, 3)).toBe('--b-----(e|)');
      at({ 5: () => expectObservable(one.resign()).toBe('8ms (d|)', done) });
    });
  });

  it('cuts the work at the end of the stop budget', () => {
    const late: string[] = [];
    const onOverrun = () => void late.push('overrun');
    play(({ election, expectLeadership, expectObservable, at }) => {
      const one = election('--L', { stopBudgetMs: 20 });
      expectLeadership(one.leadership$).toBe('--L--F 19ms |');
      expectObservable(worked(one, 30, { onOverrun })).toBe('--b 22ms |');
      at({ 5: () => one.resign().subscribe() });
    });
    expect(late).toEqual(['overrun']);
  });

  it('is joined anew after a resignation', () => {
    play(({ election, expectLeadership, at }) => {
      const one = election('--F--L');
      const again$ = concat(one.leadership$, one.leadership$);
      expectLeadership(again$, '^--------------!').toBe('--F--L-F----L');
      at({ 7: () => one.resign().subscribe() });
    });
  });

  it('resigns at once where nobody has joined', () => {
    play(({ election, expectObservable }) => {
      expectObservable(election('L').resign()).toBe('(d|)', done);
    });
  });

  it('steps down when its work has ended, and goes on with its script', () => {
    play(({ election, expectLeadership, expectObservable, at }) => {
      const one = election('--L--------L');
      expectLeadership(one.leadership$, '^------------------!').toBe('--L--V-----L');
      expectObservable(worked(one, 3), '^------------------!').toBe('--b-----e--b');
      at({
        5: () => expectObservable(one.stepDown()).toBe('8ms (d|)', done),
        9: () => expectObservable(one.stepDown()).toBe('9ms (d|)', done),
      });
    });
  });

  it('knows its latest state, while somebody takes part', () => {
    const states: unknown[] = [];
    play(({ election, at }) => {
      const one = election('F-L-|');
      const look = () => states.push(one.state?.kind);
      look();
      one.leadership$.subscribe();
      at({ 1: look, 3: look, 5: look });
    });
    expect(states).toEqual([undefined, 'Follower', 'Leader', undefined]);
  });

  it.each<[string, string, string]>([
    ['when another one leads', '--L--F', '--b'],
    ['when nobody leads', '--L--V', '--b'],
    ['but not in trouble, until the lease ends', '--L--E', '--b-----e'],
    ['but not when the script ends', '--L--|', '--b-----(e|)'],
  ])('leaves the work no time %s', (_, diagram, result) => {
    play(({ election, expectObservable }) => {
      expectObservable(worked(election(diagram), 3), '^--------------!').toBe(result);
    });
  });

  it.each<[WhileLeaderOptions['onError'], string, string]>([
    ['pass', '--L', '---#'],
    ['resign', '--L(F|)', '---#'],
    [() => 'stepDown', '--LV', '---'],
  ])('does what an error of the work asks for: %s', (onError, states, result) => {
    play(({ election, expectLeadership, expectObservable }) => {
      const one = election('--L');
      const failing$ = timer(1).pipe(map(() => Number('x').toFixed(-1)));
      const work$ = one.leadership$.pipe(whileLeader(() => failing$, { onError: onError! }));
      expectLeadership(one.leadership$, '^-------!').toBe(states);
      expectObservable(work$, '^-------!').toBe(result, undefined, expect.any(RangeError));
    });
  });

  it('tells what is asked for while it tells a state after that state, to all', () => {
    const told: string[] = [];
    const role$ = new Subject<Role>();
    const one = scriptedElection(role$);
    one.leadership$
      .pipe(concatMap(({ kind }) => (kind === 'Leader' ? one.resign() : EMPTY)))
      .subscribe();
    one.leadership$.pipe(roles()).subscribe((role) => told.push(role));
    role$.next('L');
    expect(told).toEqual(['L', 'F']);
  });

  it('can be contended for by health', () => {
    play(({ election, expectLeadership, scheduler }) => {
      const healthy$ = scheduler.createColdObservable('y------n--y', { y: true, n: false });
      const candidacy$ = contendWhile(election('--L'), healthy$);
      expectLeadership(candidacy$, '^---------------!').toBe('--L----F----L');
    });
  });

  it('errors as its script does, with an error of the library', () => {
    play(({ election, expectObservable }) => {
      const failed$ = election('-L-#').leadership$.pipe(ignoreElements());
      expectObservable(failed$).toBe(
        '---#',
        undefined,
        expect.objectContaining({ retryable: true }),
      );
    });
  });

  it('refuses what is no role', () => {
    play(({ election }) => {
      expect(() => election('--F--X')).toThrow(
        "The diagram '--F--X' has 'X', which is not a role.",
      );
    });
    const errors: unknown[] = [];
    scriptedElection(of('X' as Role)).leadership$.subscribe({
      error: (error: unknown) => errors.push(error),
    });
    expect(String(errors[0])).toContain(
      "The script has 'X', which is not a role. Use L (this process",
    );
  });
});

describe('a fenced transaction of a scripted election', () => {
  const operations = [{ verb: 'set', key: 'reports/last', value: '42' }] as const;

  function answersOf(
    diagram: string,
    fencedTransaction?: (operations: readonly KeyOperation[]) => Observable<FencedAnswer>,
  ) {
    const answers: unknown[] = [];
    const states: Leadership[] = [];
    play(({ election, at }) => {
      const one = election(diagram, fencedTransaction && { fencedTransaction });
      const joined = one.leadership$.subscribe((state) => states.push(state));
      at({
        5: () =>
          one.fencedTransaction(operations).subscribe({
            next: (answer) => answers.push(answer),
            error: (error: unknown) => answers.push(error),
          }),
        9: () => joined.unsubscribe(),
      });
    });
    return { answers, roles: states.map(({ kind }) => kind) };
  }

  it('is fenced where this process does not lead, without being asked for', () => {
    const never = () => throwError(() => 'asked');
    expect(answersOf('--F', never).answers).toEqual([{ kind: 'fenced' }]);
  });

  it('is answered by the option, which is given the operations', () => {
    const committed = (given: readonly KeyOperation[]): Observable<FencedAnswer> =>
      of({ kind: 'committed', results: given.map(({ verb }) => verb) as never });
    expect(answersOf('--L', committed)).toEqual({
      answers: [{ kind: 'committed', results: ['set'] }],
      roles: ['Leader'],
    });
  });

  it('ends leadership where the option says that its fence has failed', () => {
    expect(answersOf('--L', () => of({ kind: 'fenced' }))).toEqual({
      answers: [{ kind: 'fenced' }],
      roles: ['Leader', 'Follower'],
    });
  });

  it('says what to give where there is no option', () => {
    expect(String(answersOf('--L').answers[0])).toContain('Set the option `fencedTransaction:');
  });

  it('is checked as in an election', () => {
    const { fencedTransaction } = scriptedElection(NEVER, { key: 'k' });
    const wrong = () => fencedTransaction([{ verb: 'delete', key: 'k' }]);
    expect(wrong).toThrow('Write to another key');
    expect(isElectionError(caught(wrong))).toBe(true);
  });
});

function caught(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
