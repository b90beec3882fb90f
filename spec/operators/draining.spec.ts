import {
  delay,
  finalize,
  fromEvent,
  NEVER,
  type Observable,
  of,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import {
  type Leader,
  type StopSignal,
  whileLeader,
  type WhileLeaderOptions,
} from '../../lib/index.js';
import { requestTo, virtualTime } from '../../lib/testing/index.js';
import {
  key,
  moments,
  play,
  roundTripMs,
  span,
  wordOf,
  type Actor,
  type ActorOptions,
  type Harness,
} from '../leadership/election/harness.js';

const resigning = ({ resign }: Actor) => resign().subscribe();
const steppingDown = ({ stepDown }: Actor) => stepDown().subscribe();

const evidence = requestTo('GET', `/v1/kv/${key}`);
const isEvidenceRead = (request: Parameters<typeof evidence>[0]) =>
  evidence(request) && 'consistent' in request.query;

/** When releases were sent. */
const releasesOf = ({ consul }: Harness): readonly number[] =>
  consul.requests
    .filter((request) => wordOf(request) === 'release')
    .map(({ atMs }) => atMs - roundTripMs / 2);

/** A promise on virtual time: it settles when the source does, whoever has lost interest. */
function promised<T>(source$: Observable<T>): PromiseLike<T> {
  const ignored = { then: () => ignored } as PromiseLike<never>;
  return {
    then: (resolve, reject) => {
      source$.subscribe({
        next: (value) => void resolve?.(value),
        error: (e: unknown) => void reject?.(e),
      });
      return ignored;
    },
  };
}

/** What a scenario does at which moment. */
type Acts = Readonly<Record<number, (actor: Actor, harness: Harness, leave: () => void) => void>>;

interface Scenario extends WhileLeaderOptions {
  /** How long the work takes to end once it was told to stop. */
  readonly endsAfterMs?: number;
  readonly as?: 'observable' | 'promise';
  readonly acts: Acts;
  readonly election?: ActorOptions;
  readonly untilMs?: number;
}

/** Plays a process that leads from 6 ms on, and tells what happened to its work as `<ms> <word>`. */
function diaryOf({
  endsAfterMs = 300,
  as = 'observable',
  acts,
  election,
  untilMs = 5_000,
  ...options
}: Scenario) {
  const diary: string[] = [];
  play((harness) => {
    const note = (word: string) => diary.push(`${harness.scheduler.now()} ${word}`);
    const a = harness.actor('a', election);
    const work = (_: Leader, signal: StopSignal) => {
      let ended = false;
      note('begins');
      const work$ = fromEvent(signal, 'abort').pipe(
        tap(() => note(a.isLeader() ? 'told while it leads' : 'told')),
        switchMap(() => timer(endsAfterMs)),
        take(1),
        tap(() => {
          ended = true;
          note('ends');
        }),
        finalize(() => !ended && note('cut')),
      );
      return as === 'promise' ? promised(work$) : work$;
    };
    const working = a.leadership$
      .pipe(whileLeader(work, { onOverrun: () => note('overran'), ...options }))
      .subscribe();
    harness.at(
      Object.fromEntries(
        Object.entries(acts).map(([atMs, act]) => [
          atMs,
          () => act(a, harness, () => working.unsubscribe()),
        ]),
      ),
    );
    harness.at({ [untilMs]: () => working.unsubscribe() });
    harness.flush();
    diary.push(...releasesOf(harness).map((atMs) => `${atMs} released`));
  });
  const msOf = (line: string) => Number.parseInt(line);
  // What happens in one millisecond stays in the order in which it was noted.
  return diary.filter((line) => msOf(line) < untilMs).sort((one, other) => msOf(one) - msOf(other));
}

const drain = true;
const as = 'promise';
const byResigning = { 1_000: resigning };
const bySteppingDown = { 1_000: steppingDown };
const byLeaving: Acts = { 1_000: (_, __, leave) => leave() };
const begun = ['6 begins', '1000 told'];

describe('work that is told to stop while the session is held', () => {
  it.each([
    ['resigns', byResigning],
    ['steps down', bySteppingDown],
  ])('is unsubscribed before the lock is released when its process %s', (_, acts) => {
    expect(diaryOf({ acts, untilMs: 2_000 })).toEqual([...begun, '1000 cut', '1000 released']);
    const undrained = diaryOf({ as, drain: false, acts, untilMs: 2_000 });
    expect(undrained).toEqual([...begun, '1000 released', '1300 ends']);
  });

  it.each([
    ['drained, when its process resigns', { drain, acts: byResigning }],
    ['drained, when its process steps down', { drain, acts: bySteppingDown }],
    ['a promise, when its process resigns', { as, acts: byResigning } as const],
    ['a promise, when its process steps down', { as, acts: bySteppingDown } as const],
    ['a promise, when its subscriber leaves', { as, acts: byLeaving } as const],
  ])('has ended before the lock is released if it is %s', (_, scenario) => {
    const diary = diaryOf({ ...scenario, untilMs: 2_000 });
    expect(diary).toEqual([...begun, '1300 ends', '1300 released']);
  });

  it.each([
    ['resigns', { drain, acts: byResigning }, '1500 cut'],
    ['steps down', { drain, acts: bySteppingDown }, '1500 cut'],
    ['resigns, for a promise', { as, acts: byResigning } as const, '1800 ends'],
    ['leaves, for a promise', { as, acts: byLeaving } as const, '1800 ends'],
  ])('gets the stop budget and is told of when its process %s', (_, scenario, end) => {
    const diary = diaryOf({ ...scenario, endsAfterMs: 800, untilMs: 2_000 });
    const inOrder = [...begun, '1500 overran', '1500 released', end];
    expect([...diary].sort()).toEqual(inOrder.sort());
    expect(diary.indexOf('1500 overran')).toBeLessThan(diary.indexOf('1500 released'));
    expect(diary.indexOf('1500 released')).toBeGreaterThan(diary.indexOf('1500 cut'));
  });

  it('has ended when the lease does, also where a resignation follows a step-down', () => {
    // The last confirmation was asked for at 412, so the lease ends at 1 600 and would expire at 1 100.
    const election = {
      ...{ lockDelayMs: 1_200, stopBudgetMs: 500, evidenceIntervalMs: 100, requestTimeoutMs: 100 },
    };
    const acts: Acts = {
      420: (_, { consul }) =>
        consul.fail(isEvidenceRead, { status: 500, body: 'No cluster leader' }),
      ...bySteppingDown,
      1_400: resigning,
    };
    const diary = diaryOf({ drain, acts, endsAfterMs: 2_000, untilMs: 4_000, election });
    expect(diary).toEqual([...begun, '1600 overran', '1600 cut', '1600 released']);
  });

  it('has lost its time when an operator ends the session meanwhile', () => {
    const election = {
      ...{ stopBudgetMs: 4_000, evidenceIntervalMs: 1_000, requestTimeoutMs: 1_000 },
      renewIntervalMs: 1_000,
    };
    const acts: Acts = {
      3_000: resigning,
      3_100: (_, { consul }) => consul.destroySession(consul.holderOf(key)!),
    };
    // The renewal of 4 000 is told that the session is gone.
    const diary = diaryOf({ drain, acts, endsAfterMs: 2_000, untilMs: 8_000, election });
    expect(diary).toEqual(['6 begins', '3000 told', '4002 overran', '4002 cut']);
  });

  it('leaves an unsubscription from an observable no time', () => {
    const diary = diaryOf({ drain, acts: byLeaving, untilMs: 2_000 });
    expect(diary).toEqual(['6 begins', '1000 cut', '1000 released']);
  });

  it('may end at once', () => {
    const diary = diaryOf({ drain, endsAfterMs: 0, acts: byResigning, untilMs: 2_000 });
    expect(diary).toEqual([...begun, '1000 ends', '1000 released']);
  });
});

describe('work whose lock is lost', () => {
  it.each([
    ['because somebody deletes the key', (harness: Harness) => harness.consul.deleteKey(key)],
    [
      'because an operator ends the session',
      ({ consul }: Harness) => consul.destroySession(consul.holderOf(key)!),
    ],
  ])('%s gets no time, whatever it is', (_, lose) => {
    const acts: Acts = { 1_000: (__, harness) => lose(harness) };
    const toldAndOver = ['6 begins', '1001 told', '1001 overran'];
    const observable = diaryOf({ drain, acts, untilMs: 1_003 });
    expect(observable).toEqual([...toldAndOver, '1001 cut']);
    const promise = diaryOf({ as, acts, untilMs: 1_003 });
    expect(promise).toEqual(toldAndOver);
  });
});

describe('work whose lease expires', () => {
  const acts: Acts = { 5_000: (a) => a.setLink('blackhole') };
  const expiresAtMs = 4_708 + 9_900 - 500;

  it('is unsubscribed at once', () => {
    expect(diaryOf({ acts, untilMs: 15_000 })).toEqual([
      '6 begins',
      `${expiresAtMs} told`,
      `${expiresAtMs} cut`,
    ]);
  });

  it.each([
    ['observable', 'cut'],
    ['promise', undefined],
  ] as const)('is drained until the lease ends, as %s', (as, end) => {
    const diary = diaryOf({ drain, as, endsAfterMs: 501, acts, untilMs: expiresAtMs + 501 });
    expect(diary).toEqual([
      '6 begins',
      `${expiresAtMs} told`,
      `${expiresAtMs + 500} overran`,
      ...(end ? [`${expiresAtMs + 500} ${end}`] : []),
    ]);
  });

  it('ends before that of the regained lease begins', () => {
    const regained: Acts = { ...acts, [expiresAtMs - 100]: (a) => a.setLink('up') };
    const diary = diaryOf({ drain, endsAfterMs: 450, acts: regained, untilMs: 20_000 });
    const endsAtMs = expiresAtMs + 450;
    expect(diary).toEqual([
      ...['6 begins', `${expiresAtMs} told`, `${endsAtMs} ends`, `${endsAtMs} begins`],
    ]);
  });
});

describe('work in a process whose event loop stood still for longer than the lease', () => {
  /** The wall clock jumps, as after a suspension, and no timer of the election has fired yet. */
  const asleep = (test: (actor: Actor, harness: Harness, sleep: () => void) => void) =>
    play((harness) => {
      let wallSkewMs = 0;
      const time = virtualTime(harness.scheduler, { wallSkewMs: () => wallSkewMs });
      const sleep = () => {
        wallSkewMs = 60_000;
      };
      test(harness.actor('a', { time }), harness, sleep);
    });

  it.each([{ drain: false }, { drain: true }])('emits nothing more, with %p', (options) => {
    asleep(({ leadership$ }, { at, expectObservable }, sleep) => {
      const ticks$ = leadership$.pipe(whileLeader(() => timer(10, 10), options));
      expectObservable(ticks$, span(0, 60)).toBe(moments('16:0 26:1'), [0, 1]);
      at({ 30: sleep });
    });
  });

  it('sees the signal aborted as soon as it asks', () => {
    asleep(({ leadership$ }, { at, flush }, sleep) => {
      const signals: StopSignal[] = [];
      const working = leadership$
        .pipe(
          whileLeader((_, signal) => {
            signals.push(signal);
            return NEVER;
          }),
        )
        .subscribe();
      const [stop] = signals;
      expect(stop).toBeUndefined();
      at({
        29: () => {
          expect(signals[0]!.aborted).toBe(false);
          expect(() => signals[0]!.throwIfAborted()).not.toThrow();
        },
        30: sleep,
        31: () => {
          expect(() => signals[0]!.throwIfAborted()).toThrow('aborted');
          expect(signals[0]!.aborted).toBe(true);
          working.unsubscribe();
        },
      });
      flush();
      expect(signals).toHaveLength(1);
    });
  });
});

describe('leadership that is told late', () => {
  it('begins no work once the term is over', () => {
    play(({ actor, at, expectObservable, flush }) => {
      const a = actor('a');
      let begun = 0;
      const late$ = a.leadership$.pipe(
        delay(100),
        whileLeader(() => of(begun++)),
      );
      expectObservable(late$).toBe(moments('150:|'));
      at({ 50: () => resigning(a) });
      flush();
      expect(begun).toBe(0);
    });
  });

  it('keeps the lock until work has ended that is told late', () => {
    play((harness) => {
      const a = harness.actor('a');
      const work$ = harness.cold('-');
      const late$ = a.leadership$.pipe(
        delay(100),
        whileLeader(() => work$),
      );
      harness.expectObservable(late$).toBe(moments('1104:|'));
      harness.expectSubscriptions(work$.subscriptions).toBe(span(106, 1_100));
      harness.at({ 1_000: () => resigning(a) });
      harness.flush();
      expect(releasesOf(harness)).toEqual([1_100]);
    });
  });
});
