import { filter, map, range, scan, takeWhile, tap, timer, mergeMap } from 'rxjs';
import { seededChance } from '../../../lib/testing/index.js';
import { key, play, roundTripMs, wordOf, type Actor, type Harness } from './harness.js';

/** How long each leads: long enough for all that follow to have settled. */
const termMs = 3_000;

/** One handover: how often the lock was asked for in vain or not, and after how long somebody led. */
interface Handover {
  /** Without those that came before the end of a lock-delay: they are no raft writes. */
  readonly attempts: number;
  readonly lastedMs: number;
}

interface Leaving {
  readonly seed: number;
  readonly leave: (actor: Actor, harness: Harness) => void;
  /** Where there is a lock-delay after each. */
  readonly lockDelayMs?: number;
}

/**
 * So many contenders, of which each leads for a while and then goes as `leave` says. The first handover
 * of the result is the one in which all of them join.
 */
function handoversOf(
  contenders: number,
  handovers: number,
  { seed, leave, lockDelayMs = 0 }: Leaving,
): readonly Handover[] {
  const begins: number[] = [0];
  const ends: number[] = [];
  let attempts: readonly number[] = [];
  play((harness) => {
    const { actor, consul, flush, scheduler, time } = harness;
    const now = (): number => time.now().monotonicMs;
    range(1, contenders)
      .pipe(
        map((name) => actor(`c${name}`, { chance: seededChance(seed * 1_000 + name) })),
        mergeMap((each) =>
          each.leadership$.pipe(
            filter(({ kind }) => kind === 'Leader'),
            tap(() => ends.push(now())),
            mergeMap(() => timer(termMs, scheduler).pipe(map(() => each))),
          ),
        ),
        tap((each) => {
          begins.push(now());
          leave(each, harness);
        }),
        scan((count) => count + 1, 0),
        takeWhile((count) => count < handovers),
      )
      .subscribe();
    flush();
    attempts = consul.requests
      .filter((request) => wordOf(request) === 'acquire')
      .map(({ atMs }) => atMs);
  });
  return ends.map((endMs, at) => {
    const [from = 0, to = Infinity] = [begins[at], begins[at + 1]];
    const openAtMs = from + (at === 0 ? 0 : lockDelayMs);
    const within = attempts.filter((atMs) => atMs >= openAtMs && atMs < to);
    return { attempts: within.length, lastedMs: endMs - from };
  });
}

const stepDown = (actor: Actor): void => {
  actor.stepDown().subscribe();
};

const median = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

describe('a single follower', () => {
  it('tries at once, at every handover', () => {
    const handovers = handoversOf(2, 8, { seed: 1, leave: stepDown }).slice(1);
    expect(handovers.length).toBeGreaterThan(5);
    for (const { attempts, lastedMs } of handovers) {
      expect(attempts).toBe(1);
      expect(lastedMs).toBe(2 * roundTripMs);
    }
  });
});

describe('a hundred contenders', () => {
  const seed = 7;
  const [joining, first, second, ...later] = handoversOf(100, 14, { seed, leave: stepDown });
  const writes = later.map(({ attempts }) => attempts + 1);

  it('all try before they have learnt that they are many: when they join, and at one handover', () => {
    expect(joining?.attempts).toBe(100);
    expect(first?.attempts).toBe(99);
  });

  it('cost a tenth of that at the next handover', () => {
    expect(second?.attempts).toBeLessThanOrEqual(20);
  });

  it(`cost no more than five raft writes at a later one, the release included (seed ${seed})`, () => {
    expect(later.length).toBeGreaterThan(8);
    expect(median(writes)).toBeLessThanOrEqual(5);
    expect(Math.max(...writes)).toBeLessThanOrEqual(10);
  });

  it(`are not slower for it than by a few round trips (seed ${seed})`, () => {
    expect(median(later.map(({ lastedMs }) => lastedMs))).toBeLessThanOrEqual(6 * roundTripMs);
  });
});

describe('thirty contenders after crashes', () => {
  const seed = 11;
  const crash = (_: Actor, { consul }: Harness): void => {
    const holder = consul.holderOf(key);
    if (holder !== undefined) consul.destroySession(holder);
  };
  const options = { seed, leave: crash, lockDelayMs: 10_000 };
  const [, first, second, ...later] = handoversOf(30, 8, options);

  it('come all at once when they have waited out the first lock-delay', () => {
    // The one that led is among them, with a new session.
    expect(first?.attempts).toBe(30);
    expect(second?.attempts).toBeLessThanOrEqual(10);
  });

  it(`come in turn at the end of a later one (seed ${seed})`, () => {
    expect(later.length).toBeGreaterThan(3);
    expect(Math.max(...later.map(({ attempts }) => attempts))).toBeLessThanOrEqual(6);
  });
});
