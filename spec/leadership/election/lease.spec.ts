import { filter, map, take, tap, toArray } from 'rxjs';
import type { Leader, Leadership } from '../../../lib/index.js';
import { requestTo, virtualTime } from '../../../lib/testing/index.js';
import { key, moments, play, span, wordsOf, type Actor } from './harness.js';

const isLeader = (leadership: Leadership): leadership is Leader => leadership.kind === 'Leader';
const evidence = requestTo('GET', `/v1/kv/${key}`);
const denied = { status: 403, body: 'Permission denied' };
const isEvidenceRead = (request: Parameters<typeof evidence>[0]) =>
  evidence(request) && 'consistent' in request.query;

/** With these the first confirmations are sent at 2 356, 4 708, 7 060 and so on. */
const confirmedAtMs = 4_708;
const expiresAtMs = confirmedAtMs + 9_900 - 500;

const cutBetween = (actor: Actor, fromMs: number, toMs: number) => ({
  [fromMs]: () => {
    actor.setLink('blackhole');
  },
  [toMs]: () => {
    actor.setLink('up');
  },
});

describe('a lease', () => {
  it('is extended by confirmations alone, and says nothing of it, for an hour', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      expectObservable(actor('a').letter$, span(0, 3_600_000)).toBe(moments('4:v 6:L'));
      flush();
      const confirmations = wordsOf(consul).filter((word) => word === 'evidence');
      expect(confirmations).toHaveLength(Math.floor((3_600_000 - 6) / 2_352));
    });
  });

  it.each([
    ['a renewal', requestTo('PUT', '/v1/session/renew/')],
    ['a confirmation', isEvidenceRead],
    ['a poll', (request: Parameters<typeof evidence>[0]) => 'index' in request.query],
  ])('rides out %s that fails a few times: nothing changes', (_, which) => {
    play(({ actor, at, consul, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 60_000)).toBe(moments('4:v 6:L'));
      at({ 2_000: () => consul.fail(which, { status: 500, body: 'No cluster leader' }, 3) });
      at({ 20_000: () => consul.fail(which, { status: 500, body: 'No cluster leader' }, 3) });
    });
  });

  it('rides out a connection that is cut for less than it lasts', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 60_000)).toBe(moments('4:v 6:L'));
      at(cutBetween(a, 5_000, 10_000));
    });
  });

  it('ends by its own timer, while requests are still waiting for their answers', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a', { requestTimeoutMs: 2_350 });
      at({ 5_000: () => a.setLink('blackhole') });
      expectObservable(a.letter$, span(0, expiresAtMs + 1)).toBe(
        moments(`4:v 6:L ${expiresAtMs}:E`),
      );
      at({
        [expiresAtMs - 1]: () => {
          expect(a.isLeader()).toBe(true);
        },
        [expiresAtMs]: () => {
          // Consul still thinks that this process holds the lock, and would for another 15 s.
          expect(consul.holderOf(key)).toBeDefined();
        },
      });
    });
  });

  it('that expired is regained by the next confirmation, under the same token', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      at(cutBetween(a, 5_000, 15_000));
      // The confirmation of 14 460 is lost too: it is given up after 2 350, and tried again 400 later.
      const letter$ = a.letter$.pipe(filter((letter) => letter !== 'E'));
      expectObservable(letter$, span(0, 20_000)).toBe(moments('4:v 6:L 17212:L'));
      a.leadership$
        .pipe(
          filter(isLeader),
          take(2),
          map(({ fencingToken, sinceMs }) => ({ token: fencingToken.toString(), sinceMs })),
          toArray(),
        )
        .subscribe((terms) => {
          expect(terms.map(({ token }) => token)).toEqual([terms[0]?.token, terms[0]?.token]);
          expect(terms.map(({ sinceMs }) => sinceMs)).toEqual([6, 17_212]);
        });
    });
  });

  it('counts from the moment a confirmation was asked for, not from its answer', () => {
    play(({ actor, at, expectObservable }) => {
      // Answers take a second; the acquisition is sent at 2 000, and the first confirmation at 5 350.
      const a = actor('a', { link: { latencyMs: 1_000 } });
      expectObservable(a.letter$, span(0, 12_000)).toBe(
        moments(`2000:v 3000:L ${2_000 + 9_900 - 500}:E`),
      );
      at({ 4_000: () => a.setLink('blackhole') });
    });
  });

  it('does not begin with an acquisition that took too long to be answered', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const slow = { leaseMs: 900, lockDelayMs: 1_000, stopBudgetMs: 100, evidenceIntervalMs: 200 };
      const a = actor('a', { ...slow, requestTimeoutMs: 300, link: { latencyMs: 299 } });
      expectObservable(a.letter$, span(0, 1_300)).toBe(moments('598:v 897:L'));
      flush();
      expect(consul.sessions()).toEqual([]);
    });
  });

  it.each([
    ['forward, at once', 60_000],
    ['backward, as if nothing had been', -60_000],
  ])('heeds a wall clock that jumps %s', (_, jumpMs) => {
    play(({ actor, scheduler, at, expectObservable }) => {
      let wallSkewMs = 0;
      const time = virtualTime(scheduler, { wallSkewMs: () => wallSkewMs });
      const a = actor('a', { time });
      const leads = jumpMs < 0;
      at({
        1_000: () => {
          wallSkewMs = jumpMs;
          expect(a.isLeader()).toBe(leads);
        },
      });
      expectObservable(a.letter$, span(0, 2_500)).toBe(
        leads ? moments('4:v 6:L') : moments('4:v 6:L 2358:EL'),
      );
    });
  });
});

describe('isLeader', () => {
  it('compares clocks at the call: after a stalled event loop it is false before the stream says so', () => {
    play(({ actor, time, at, expectObservable }) => {
      let sleptMs = 0;
      const slept = {
        ...time,
        now: () => {
          const { monotonicMs, wallMs } = time.now();
          return { monotonicMs: monotonicMs + sleptMs, wallMs: wallMs + sleptMs };
        },
      };
      const a = actor('a', { time: slept });
      at({
        1_000: () => {
          sleptMs = 9_399;
          expect(a.isLeader()).toBe(false);
          expect(a.leaseRemainingMs()).toBe(0);
          sleptMs = 8_403;
          expect(a.isLeader()).toBe(true);
          expect(a.leaseRemainingMs()).toBe(1);
        },
      });
      expectObservable(a.letter$, span(0, 1_100)).toBe(moments('4:v 6:L'));
    });
  });

  it('agrees with the stream, and is false before and after', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      const told: boolean[] = [];
      const ask = () => void told.push(a.isLeader());
      ask();
      expectObservable(a.letter$, span(0, 100)).toBe(moments('4:v 6:L'));
      at({
        5: ask,
        50: ask,
        101: ask,
        102: () => expect(told).toEqual([false, false, true, false]),
      });
    });
  });
});

describe('the tokens of successive leaders', () => {
  it('rise', () => {
    play(({ actor, at, expectObservable, flush }) => {
      const [a, b] = [actor('a'), actor('b')];
      const tokens: bigint[] = [];
      const noted = ({ leadership$ }: Actor) =>
        leadership$.pipe(
          filter(isLeader),
          tap(({ fencingToken }) => tokens.push(fencingToken.value)),
          map(() => 'L'),
        );
      expectObservable(noted(a), span(0, 10_000)).toBe(moments('6:L 2004:L'));
      expectObservable(noted(b), span(100, 10_000)).toBe(moments('1004:L'));
      at({ 1_000: () => a.stepDown().subscribe(), 2_000: () => b.stepDown().subscribe() });
      flush();
      expect(tokens).toHaveLength(3);
      expect(tokens).toEqual([...new Set(tokens)].sort((x, y) => Number(x - y)));
    });
  });
});

describe('a session that is given up for an error', () => {
  it('ends leadership before its lock is released', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const [a, b] = [actor('a'), actor('b')];
      // The token may go on writing the key, but no longer renew the session.
      consul.fail(requestTo('PUT', '/v1/session/renew/'), denied, 1);
      expectObservable(a.letter$, span(0, 20_000)).toBe(moments('4:v 6:L 3337:E 3391:F'));
      expectObservable(b.letter$, span(100, 20_000)).toBe(moments('104:F 3339:v 3341:L'));
      flush();
      expect(wordsOf(consul, 'a')).toContain('release');
    });
  });
});
