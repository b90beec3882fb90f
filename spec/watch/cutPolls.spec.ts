import { filter, map, tap } from 'rxjs';
import { cutPolls, type CutPollsOptions } from '../../lib/testing/index.js';
import { playGroup } from '../group/groupHarness.js';
import { play, span, wordsOf } from '../leadership/election/harness.js';

const hourMs = 3_600_000;
const preset = 'steady';

/** One of each age is played for an hour: how a poll is cut makes a difference for the first ones alone. */
const proxies = [2_000, 10_000, 60_000].flatMap((afterMs, place) =>
  ([504, 'reset', 'close'] as const).map((by, kind) => ({
    ...{ afterMs, by, forMs: kind === place ? hourMs : hourMs / 6 },
  })),
);

/** Counts the polls that a proxy cuts off. */
function counting(options: CutPollsOptions) {
  const count = { cuts: 0, polls: 0 };
  const isCut = ({ status }: { readonly status: number }) => status !== 200 && status !== 404;
  return {
    count,
    fault: (whole: Parameters<typeof cutPolls>[0]) => {
      const proxied = cutPolls(whole, options);
      return {
        ...proxied,
        request: (request: Parameters<typeof proxied.request>[0]) => {
          if (!request.longPoll) return proxied.request(request);
          count.polls += 1;
          return proxied.request(request).pipe(
            tap({
              next: (response) => (count.cuts += isCut(response) ? 1 : 0),
              error: () => (count.cuts += 1),
            }),
          );
        },
      };
    },
  };
}

describe.each(proxies)(
  'behind a proxy that cuts polls after $afterMs ms by $by',
  ({ forMs, ...proxy }) => {
    it('a leader and a follower see no trouble, and few polls are cut', () => {
      play(({ actor, consul, time, expectObservable, flush }) => {
        const there = counting({ ...proxy, time });
        const link = { faults: [there.fault] };
        // Its confirmations are rare, so that an hour is soon played.
        const [a, b] = [actor('a', { link, preset }), actor('b', { link, preset })];
        const troubles = [a, b].map(({ letter$ }) =>
          letter$.pipe(filter((letter) => letter === 'E')),
        );
        for (const trouble$ of troubles) {
          expectObservable(trouble$, span(0, forMs)).toBe('');
        }
        flush();
        const shortestMs = Math.min(proxy.afterMs, 45_000);
        // By default a poll is answered within 50 s. A shorter age is learnt, and tried ever more rarely.
        expect(there.count.cuts > 0).toBe(proxy.afterMs < 50_000);
        expect(there.count.cuts).toBeLessThanOrEqual(20);
        // Each cut costs a request at most, beside the polls that would have been sent without it.
        expect(there.count.polls - there.count.cuts).toBeLessThanOrEqual(
          (2 * forMs) / (shortestMs * 0.7),
        );
        expect(wordsOf(consul).filter((word) => word === 'create')).toHaveLength(2);
      });
    });

    it('a follower learns of a handover at once', () => {
      play(({ actor, at, time, expectObservable }) => {
        const a = actor('a');
        const b = actor('b', {
          link: { faults: [(whole) => cutPolls(whole, { ...proxy, time })] },
        });
        expectObservable(a.letter$.pipe(filter(() => false))).toBe('300005ms |');
        expectObservable(b.letter$.pipe(map((letter) => letter)), span(100, 301_000)).toBe(
          '104ms F 299898ms v - L',
        );
        at({ 300_001: () => a.resign().subscribe() });
      });
    });

    it('the keys of a group see no trouble', () => {
      playGroup(({ group, time, expectObservable }) => {
        const link = {
          faults: [(whole: Parameters<typeof cutPolls>[0]) => cutPolls(whole, { ...proxy, time })],
        };
        const [a, b] = [group('a', { link, preset }), group('b', { link, preset })];
        for (const letter$ of [a.letters('1'), b.letters('1'), b.letters('2')]) {
          const trouble$ = letter$.pipe(filter((letter) => letter === 'E'));
          expectObservable(trouble$, span(0, hourMs / 6)).toBe('');
        }
      });
    });
  },
);

describe('polls that are cut at once', () => {
  it('are trouble, and are backed off', () => {
    play(({ actor, at, consul, time, expectObservable, flush }) => {
      const a = actor('a');
      const b = actor('b', {
        link: { faults: [(whole) => cutPolls(whole, { afterMs: 5, time })] },
      });
      const told: string[] = [];
      expectObservable(a.letter$.pipe(filter(() => false)), span(0, 60_000)).toBe('');
      const told$ = b.letter$.pipe(
        tap((letter) => told.push(letter)),
        filter(() => false),
      );
      expectObservable(told$, span(100, 60_000)).toBe('');
      at({});
      flush();
      expect(told).toContain('E');
      // The backoff begins at 50 ms here and grows to seconds.
      expect(wordsOf(consul, 'b').filter((word) => word === 'poll').length).toBeLessThan(60);
    });
  });
});
