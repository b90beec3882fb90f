import {
  concat,
  concatMap,
  EMPTY,
  filter,
  firstValueFrom,
  ignoreElements,
  map,
  NEVER,
  tap,
  throwError,
  timer,
} from 'rxjs';
import { leaderElection, systemTime, type Time } from '../../../lib/index.js';
import { requestTo, simulatedConsul, type Fault } from '../../../lib/testing/index.js';
import { isRelease, key, moments, play, span, wordOf, wordsOf, type Actor } from './harness.js';

const ending = (words: readonly string[]) => words.slice(words.indexOf('release'));
const steppingDown = ({ stepDown }: Actor) => stepDown().subscribe();
const leaving = ({ resign }: Actor) => resign().subscribe();

describe('a leader that resigns', () => {
  it('is followed within two round trips: its release wakes the next', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      const b = actor('b');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      expectObservable(b.letter$, span(100, 2_000)).toBe(moments('104:F 1002:v 1004:L'));
      at({ 1_000: () => leaving(a) });
    });
  });

  it('leads no more from the moment of the call, long before Consul knows', () => {
    expect.assertions(2);
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      at({
        1_000: () => {
          leaving(a);
          expect(a.isLeader()).toBe(false);
        },
      });
    });
  });

  it('releases before it destroys its session, each once, and sends nothing more', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      at({ 1_000: () => leaving(a) });
      flush();
      expect(ending(wordsOf(consul))).toEqual(['release', 'destroy']);
      expect(consul.sessions()).toEqual([]);
    });
  });

  it('resigns once, however often it is told', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      at({ 1_000: () => leaving(a), 1_001: () => leaving(a), 5_000: () => leaving(a) });
      flush();
      expect(ending(wordsOf(consul))).toEqual(['release', 'destroy']);
    });
  });

  it('completes the resignation once Consul has confirmed that the session is gone', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      const resigned$ = concat(timer(1_000).pipe(ignoreElements()), a.resign());
      expectObservable(resigned$).toBe('1004ms (d|)', { d: undefined });
    });
  });

  it('tells the resigning caller when Consul could not be told', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a');
      const failures: unknown[] = [];
      consul.fail(requestTo('PUT', '/v1/session/destroy/'), { status: 500, body: 'disk full' });
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1158:|'));
      at({
        1_000: () => a.resign().subscribe({ error: (error: unknown) => failures.push(error) }),
        2_000: () => expect(failures).toMatchObject([{ code: 'SERVER_ERROR' }]),
      });
    });
  });

  it('may resign while the news of its leadership is being told', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const a = actor('a');
      const resigning$ = a.letter$.pipe(tap((letter) => letter === 'L' && leaving(a)));
      expectObservable(resigning$).toBe('4ms v 1ms (Lv) |');
      flush();
      expect(ending(wordsOf(consul))).toEqual(['release', 'destroy']);
    });
  });

  it('joins anew for a later subscriber', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      expectObservable(a.letter$, span(2_000, 2_100)).toBe(moments('2004:v 2006:L'));
      at({ 1_000: () => leaving(a) });
    });
  });
});

describe('work that has to be drained', () => {
  it.each([
    ['is awaited before the lock is released', () => timer(300), 1_301],
    ['is awaited for no longer than the stop budget', () => timer(800), 1_501],
    ['holds nothing up by failing', () => throwError(() => new Error('no')), 1_001],
    ['holds nothing up by throwing', () => raise(), 1_001],
    ['may be nothing', () => EMPTY, 1_001],
    ['may never end', () => NEVER, 1_501],
  ])('%s', (_, beforeRelease, releasedAtMs) => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a', { beforeRelease });
      expectObservable(a.letter$, span(0, 5_000)).toBe(
        moments(`4:v 6:L 1000:v ${releasedAtMs + 3}:|`),
      );
      at({ 1_000: () => leaving(a) });
      flush();
      const release = consul.requests.find((request) => wordOf(request) === 'release');
      expect(release?.atMs).toBe(releasedAtMs);
    });
  });

  it('is told of where it takes longer than its budget, and only then', () => {
    const told: string[] = [];
    play(({ actor, at, expectObservable }) => {
      const overrunning = (name: string, waitMs: number) =>
        actor(name, {
          key: `locks/${name}`,
          beforeRelease: () => timer(waitMs),
          onOverrun: () => void told.push(name),
        });
      const [slow, quick] = [overrunning('slow', 800), overrunning('quick', 300)];
      expectObservable(slow.letter$).toBe(moments('4:v 6:L 1000:v 1504:|'));
      expectObservable(quick.letter$).toBe(moments('4:v 6:L 1000:v 1304:|'));
      at({ 1_000: () => [slow, quick].forEach(leaving) });
    });
    expect(told).toEqual(['slow']);
  });

  it('frees the lock though the callback throws', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a', { beforeRelease: () => NEVER, onOverrun: raise });
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1504:|'));
      at({ 1_000: () => leaving(a) });
    });
  });

  it('may be a promise', async () => {
    let ended = false;
    const consul = simulatedConsul({ time: systemTime });
    const a = leaderElection({
      key,
      transport: consul.connect().transport,
      beforeRelease: async () => {
        await Promise.resolve();
        ended = true;
      },
    });
    const led$ = a.leadership$.pipe(filter(({ kind }) => kind === 'Leader'));
    const contending = a.leadership$.subscribe();
    await firstValueFrom(led$, { defaultValue: undefined });
    await a.resign();
    expect([ended, contending.closed]).toEqual([true, true]);
  });

  it('keeps the session alive meanwhile', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a', {
        stopBudgetMs: 4_000,
        evidenceIntervalMs: 1_000,
        requestTimeoutMs: 1_000,
        beforeRelease: () => NEVER,
      });
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 5004:|'));
      at({ 1_000: () => leaving(a) });
      flush();
      expect(wordsOf(consul).filter((word) => word === 'renew')).toHaveLength(1);
    });
  });
});

function raise(): never {
  throw new Error('no');
}

describe('a leader that steps down', () => {
  it('lets another go first and follows it', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      const b = actor('b');
      expectObservable(a.letter$, span(0, 5_000)).toBe(moments('4:v 6:L 1000:v 1004:F'));
      expectObservable(b.letter$, span(100, 5_000)).toBe(moments('104:F 1002:v 1004:L'));
      at({ 1_000: () => a.stepDown().subscribe() });
    });
  });

  it('leads again after a second when nobody wants to', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 5_000)).toBe(moments('4:v 6:L 1000:v 2004:L'));
      at({ 1_000: () => a.stepDown().subscribe() });
      flush();
      expect(wordsOf(consul).filter((word) => word === 'create')).toHaveLength(1);
    });
  });

  it('may do so while the news of its leadership is being told', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      let steps = 0;
      const stepping$ = a.letter$.pipe(
        tap((letter) => letter === 'L' && steps++ === 0 && steppingDown(a)),
      );
      expectObservable(stepping$, span(0, 2_000)).toBe('4ms v 1ms (Lv) 1000ms L');
    });
  });

  it('has no effect on a follower, nor on one that has not joined', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      const b = actor('b');
      expectObservable(a.letter$, span(0, 5_000)).toBe(moments('4:v 6:L'));
      expectObservable(b.letter$, span(100, 4_000)).toBe(moments('104:F'));
      at({ 50: () => b.stepDown().subscribe(), 1_000: () => b.stepDown().subscribe() });
      flush();
      expect(wordsOf(consul, 'b')).not.toContain('release');
      expect(consul.entryOf(key)?.sessionId).toBeUndefined();
    });
  });
});

/** What `stepDown()` emits. */
const done = { d: undefined };

/** Steps down at a moment. */
const downAt = (a: Actor, atMs: number) => timer(atMs).pipe(concatMap(() => a.stepDown()));

describe('the result of a step-down', () => {
  it('is told once the lock is free', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 1_500)).toBe(moments('4:v 6:L 1000:v'));
      // The release takes a round trip.
      expectObservable(downAt(a, 1_000)).toBe('1002ms (d|)', done);
    });
  });

  it('waits for the work, and so does that of a second one', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a', { beforeRelease: () => timer(300) });
      expectObservable(a.letter$, span(0, 1_500)).toBe(moments('4:v 6:L 1000:v'));
      expectObservable(downAt(a, 1_000)).toBe('1302ms (d|)', done);
      expectObservable(downAt(a, 1_200)).toBe('1302ms (d|)', done);
    });
  });

  it('is told at once to a follower, and to somebody who has not joined', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      const b = actor('b');
      expectObservable(a.letter$, span(0, 1_500)).toBe(moments('4:v 6:L'));
      expectObservable(b.letter$, span(100, 1_400)).toBe(moments('104:F'));
      expectObservable(downAt(b, 50)).toBe('50ms (d|)', done);
      expectObservable(downAt(b, 1_000)).toBe('1000ms (d|)', done);
    });
  });

  it('comes with the end of the session where the release fails', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const a = actor('a');
      const sessionsLeft: number[] = [];
      consul.fail(isRelease, { status: 500, body: 'No cluster leader' });
      // The release is tried three times, and three more before the session is destroyed without it.
      expectObservable(a.letter$, span(0, 1_350)).toBe(
        moments('4:v 6:L 1000:v 1156:E 1210:F 1314:v'),
      );
      expectObservable(
        downAt(a, 1_000).pipe(tap(() => sessionsLeft.push(consul.sessions().length))),
      ).toBe('1314ms (d|)', done);
      flush();
      // The next session contends already.
      expect(sessionsLeft).toEqual([1]);
    });
  });

  it('comes with the end of a resignation that cuts it short', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a', { beforeRelease: () => timer(300) });
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1504:|'));
      expectObservable(downAt(a, 1_000)).toBe('1504ms (d|)', done);
      at({ 1_200: () => leaving(a) });
    });
  });
});

describe('a release that Consul gets only after its sender has given up', () => {
  it('cannot take the lock from a later leadership of the same process', () => {
    play(({ actor, at, consul, time, expectObservable, flush }) => {
      const lateMs = 6_000;
      const a = actor('a', { link: { faults: [lateRelease(time, lateMs)] } });
      const sessions: string[] = [];
      const leader$ = a.leadership$.pipe(
        filter((state) => state.kind === 'Leader'),
        tap(({ sessionId }) => sessions.push(sessionId)),
        map(() => 'L'),
      );
      // It times out after 2350 ms and is made again 50 ms later. A second after that the process leads again
      // with the same session, and has done so for two and a half seconds when the first release arrives.
      expectObservable(leader$, span(0, 20_000)).toBe(moments('6:L 4404:L'));
      at({ 1_000: () => steppingDown(a) });
      flush();
      expect(new Set(sessions).size).toBe(1);
      expect(consul.sessions()).toEqual([]);
    });
  });

  it('cannot take the lock from another process either', () => {
    play(({ actor, at, time, expectObservable }) => {
      const a = actor('a', { link: { faults: [lateRelease(time, 6_000)] } });
      expectObservable(a.letter$, span(0, 20_000)).toBe(moments('4:v 6:L 1000:v 3404:F'));
      expectObservable(actor('b').letter$, span(100, 20_000)).toBe(moments('104:F 3402:v 3404:L'));
      at({ 1_000: () => steppingDown(a) });
    });
  });
});

describe('a release of a key that somebody has written meanwhile', () => {
  it('is made for the entry as it stands', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 1_500)).toBe(moments('4:v 6:L 1000:v'));
      expectObservable(downAt(a, 1_000)).toBe('1006ms (d|)', done);
      // The leader has not heard of it yet.
      at({ 999.5: () => consul.put(key, 'by hand', consul.entryOf(key)!.flags) });
      flush();
      const words = wordsOf(consul).filter((word) => word === 'release' || word === 'evidence');
      expect(words).toEqual(['release', 'evidence', 'release']);
    });
  });
});

/** Delays the first release on its way to Consul, whether its sender still waits or not. */
function lateRelease(time: Time, lateMs: number): Fault {
  return (whole) => {
    let pending = 1;
    return {
      ...whole,
      request: (request) => {
        if (!isRelease(request) || pending-- <= 0) return whole.request(request);
        timer(lateMs, time.scheduler)
          .pipe(concatMap(() => whole.request(request)))
          .subscribe();
        return NEVER;
      },
    };
  };
}
