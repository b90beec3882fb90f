import { ignoreElements, tap } from 'rxjs';
import { explainTiming } from '../../../lib/index.js';
import { simulatedMachine } from '../../../lib/testing/index.js';
import { moments, play, roundTripMs, span, wordOf, wordsOf, type Actor } from './harness.js';

/** The last renewal of the crashed leader arrives here: its first is due a third of 10 s after 2. */
const renewedAtMs = 3_336;
const crashAtMs = 5_000;
/** Consul ends a session at twice its TTL. */
const expiredAtMs = renewedAtMs + 20_000;

/** Nothing comes through any more; what the process says to itself does not matter. */
const crash = (actor: Actor) => ({
  [crashAtMs]: () => {
    actor.setLink('blackhole');
  },
});

describe('after a leader has crashed', () => {
  it('another leads at 2 x TTL + lock-delay after its last renewal, and a round trip', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, crashAtMs)).toBe(moments('4:v 6:L'));
      at(crash(a));
      // The news takes a millisecond, and so does the attempt that the lock-delay ends with.
      const leads = expiredAtMs + 10_000 + 1 + roundTripMs;
      expectObservable(actor('b').letter$, span(100, 40_000)).toBe(
        moments(`104:F ${expiredAtMs + 1}:v ${leads}:L`),
      );
    });
  });

  it('another leads exactly then where answers take no time', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a', { link: { latencyMs: 0 } });
      const b = actor('b', { link: { latencyMs: 0 } });
      expectObservable(a.letter$, span(0, crashAtMs)).toBe(moments('0:vL'));
      at(crash(a));
      expectObservable(b.letter$, span(100, 40_000)).toBe(moments('100:F 23333:v 33333:L'));
    });
  });

  it('is within what explainTiming states', () => {
    const { crashFailoverMs } = explainTiming({}, { roundTripMs });
    const gapMs = expiredAtMs + 10_000 + 1 + roundTripMs - crashAtMs;
    expect(gapMs).toBeGreaterThanOrEqual(crashFailoverMs.best);
    expect(gapMs).toBeLessThanOrEqual(crashFailoverMs.worst);
  });

  it('the lock-delay is waited out by a timer, and the only try is at its end', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, crashAtMs)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(100, 40_000)).toBe(
        moments('104:F 23337:v 33339:L'),
      );
      at(crash(a));
      flush();
      const tries = consul.requests.filter((request) => wordOf(request) === 'acquire').slice(1);
      expect(tries.map(({ atMs }) => atMs)).toEqual([33_338]);
    });
  });

  it('a clock that runs fast costs a few tries, and no second', () => {
    play(({ actor, at, scheduler, consul, expectObservable, flush }) => {
      const a = actor('a');
      const { time } = simulatedMachine({ scheduler, rate: 1.005 });
      expectObservable(a.letter$, span(0, crashAtMs)).toBe(moments('4:v 6:L'));
      const ledAtMs: number[] = [];
      const follower$ = actor('b', { time }).letter$.pipe(
        tap((letter) => letter === 'L' && ledAtMs.push(scheduler.now())),
      );
      expectObservable(follower$.pipe(ignoreElements()), span(100, 40_000)).toBe('');
      at(crash(a));
      flush();
      const tries = consul.requests.filter((request) => wordOf(request) === 'acquire').slice(1);
      expect(tries.length).toBeLessThanOrEqual(5);
      expect(ledAtMs[0]).toBeGreaterThan(expiredAtMs + 10_000);
      expect(ledAtMs[0]).toBeLessThan(expiredAtMs + 10_000 + 50);
    });
  });

  it('a late comer, who cannot know when the lock-delay began, counts it from its first look', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, crashAtMs)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(30_000, 41_000)).toBe(moments('30004:v 40006:L'));
      at(crash(a));
      flush();
      const tries = consul.requests.filter((request) => wordOf(request) === 'acquire').slice(1);
      expect(tries.map(({ atMs }) => atMs)).toEqual([40_005]);
    });
  });

  it('one of many leads, and the others follow it', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, crashAtMs)).toBe(moments('4:v 6:L'));
      for (const [index, letter] of ['L', 'F', 'F', 'F'].entries()) {
        expectObservable(actor(`b${index}`).letter$, span(100, 36_000)).toBe(
          moments(`104:F 23337:v 33339:${letter}`),
        );
      }
      at(crash(a));
    });
  });

  it('has stopped leading by itself long before, though it heard nothing', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      // Its last confirmation is sent at 4 708, after two intervals of 2 350 and two answers.
      const stopsAt = 4_708 + 9_900 - 500;
      expectObservable(a.letter$, span(0, stopsAt + 100)).toBe(moments(`4:v 6:L ${stopsAt}:E`));
      at(crash(a));
    });
  });
});

describe('what asks in vain', () => {
  it('is not heard: a follower sends nothing but polls and renewals for an hour', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      expectObservable(actor('a').letter$, span(0, 3_600_000)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(100, 3_600_000)).toBe(moments('104:F'));
      flush();
      const polls = wordsOf(consul, 'b').filter((word) => word === 'poll');
      expect(polls.length).toBeLessThanOrEqual(80);
    });
  });
});
