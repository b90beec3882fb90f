import { fromEvent, map, merge, type Observable } from 'rxjs';
import { electionOptionsOf } from '../../../lib/adapters/expLeaderElection/electionOptions.js';
import type { ExpConsulOptions } from '../../../lib/adapters/expLeaderElection/index.js';
import {
  leadershipEmitter,
  type LeadershipEmitter,
} from '../../../lib/adapters/expLeaderElection/leadershipEmitter.js';
import type { ElectionError } from '../../../lib/index.js';
import {
  key,
  moments,
  play,
  span,
  wordsOf,
  type Harness,
} from '../../leadership/election/harness.js';

const stopAtMs = 60_000;

/** A process of the play that was written for the old package. */
interface Service extends LeadershipEmitter {
  readonly setLink: ReturnType<Harness['actor']>['setLink'];
  /** Its events: `g` gained, `l` lost, `x` an error that is the loss of the lock, `e` any other. */
  readonly event$: Observable<string>;
}

function service(harness: Harness, name: string, consul: ExpConsulOptions = {}): Service {
  const debug = (): void => undefined;
  const actor = harness.actor(name, electionOptionsOf({ key, consul }));
  const emitter = leadershipEmitter(actor, debug, harness.time);
  const event$ = merge(
    fromEvent(emitter, 'gainedLeadership').pipe(map(() => 'g')),
    fromEvent(emitter, 'lostLeadership').pipe(map(() => 'l')),
    fromEvent(emitter, 'error').pipe(
      map((error) => ((error as ElectionError).code === 'LOCK_LOST' ? 'x' : 'e')),
    ),
  );
  // What happens where nobody listens is for real processes to show.
  emitter.on('error', () => undefined);
  // An endless play would never end.
  harness.at({ [stopAtMs]: () => void emitter.close().catch(() => undefined) });
  return Object.assign(emitter, { setLink: actor.setLink, event$ });
}

/** With the lock-delay of 10 s the last confirmation before the cut at 5 s is sent at 4 708. */
const expiresAtMs = 4_708 + 9_900 - 500;

describe('an election as an emitter', () => {
  it('is joined after the call, and tells its listeners with the ID of the session', () => {
    play((harness) => {
      const { consul, flush } = harness;
      const sessions: unknown[] = [];
      const one = service(harness, 'one');
      expect(consul.requests).toEqual([]);
      one
        .on('gainedLeadership', (sessionId) => sessions.push(sessionId, consul.holderOf(key)))
        .on('lostLeadership', (sessionId) => sessions.push(sessionId));
      flush();
      expect(sessions).toHaveLength(3);
      expect(new Set(sessions).size).toBe(1);
    });
  });

  it('leads alone while the other one stands by, whom nothing is told', () => {
    play((harness) => {
      const { expectObservable } = harness;
      expectObservable(service(harness, 'one').event$, span(0, stopAtMs - 1)).toBe(moments('6:g'));
      const other = harness.actor('other', { lockFlags: 0n });
      expectObservable(other.letter$, span(100, stopAtMs - 1)).toBe(moments('104:F'));
    });
  });

  it('stops the work before the lease ends, while Consul does not answer', () => {
    play((harness) => {
      const one = service(harness, 'one');
      harness.at({ 5_000: () => one.setLink('blackhole') });
      const events = moments(`6:g ${expiresAtMs}:le`);
      harness.expectObservable(one.event$, span(0, expiresAtMs + 4)).toBe(events);
      // The first renewal is lost, so Consul ends the session after twice its TTL.
      const other = harness.actor('other', { lockFlags: 0n });
      harness
        .expectObservable(other.letter$, span(100, 60_000))
        .toBe(moments('104:F 30002:v 40004:L'));
    });
  });

  it.each([0, 1, 10])(
    'does so with a lock-delay of %d s, too, before another leads',
    (lockDelay) => {
      play((harness) => {
        const one = service(harness, 'one', { ttl: 10, lockDelay });
        const other = service(harness, 'other', { ttl: 10, lockDelay });
        const lost: number[] = [];
        const gained: number[] = [];
        const nowMs = () => harness.time.now().monotonicMs;
        one.on('lostLeadership', () => lost.push(nowMs())).on('error', () => undefined);
        other.on('gainedLeadership', () => gained.push(nowMs()));
        harness.at({ 5_000: () => one.setLink('blackhole') });
        harness.flush();
        expect(lost).toHaveLength(1);
        expect(gained).toHaveLength(1);
        expect(lost[0]).toBeLessThan(gained[0]!);
      });
    },
  );

  it('rides out what does not last as long as the lease, and says nothing', () => {
    play((harness) => {
      const one = service(harness, 'one');
      harness.at({
        5_000: () => one.setLink('unreachable'),
        8_000: () => one.setLink('up'),
      });
      harness.expectObservable(one.event$, span(0, stopAtMs - 1)).toBe(moments('6:g'));
    });
  });

  it('loses a deleted key with an error, and takes it again', () => {
    play((harness) => {
      harness.at({ 1_000: () => harness.consul.deleteKey(key) });
      const events: string[] = [];
      service(harness, 'one').event$.subscribe((event) => {
        events.push(`${harness.time.now().monotonicMs}:${event}`);
      });
      harness.flush();
      expect(events).toEqual(['6:g', '1001:l', '1001:x', '11003:g', '60000:l']);
    });
  });

  it('notices that another has taken the lock, where it saw nothing of how', () => {
    play((harness) => {
      const { at, consul, expectObservable } = harness;
      const one = service(harness, 'one');
      const other = harness.actor('other', { lockFlags: 0n });
      expectObservable(other.letter$, span(100, 12_000)).toBe(moments('104:F 1001:v 11003:L'));
      at({
        900: () => one.setLink('blackhole'),
        1_000: () => consul.deleteKey(key),
        1_100: () => one.setLink('up'),
      });
      // Long before the other leads, who leaves a deleted key alone for the lock-delay.
      expectObservable(one.event$, span(0, 5_000)).toBe(moments('6:g 2358:lx'));
    });
  });

  it('loses the lock with its session, and leads again with another', () => {
    play((harness) => {
      const { at, consul } = harness;
      const sessions = new Set<string>();
      const one = service(harness, 'one');
      one.on('gainedLeadership', (id) => sessions.add(id));
      at({ 1_000: () => consul.destroySession(consul.holderOf(key)!) });
      harness
        .expectObservable(one.event$, span(0, stopAtMs - 1))
        .toBe(moments('6:g 1001:lx 11003:g'));
      harness.flush();
      expect(sessions.size).toBe(2);
    });
  });

  it('tells of every failed try while it follows', () => {
    play((harness) => {
      const one = service(harness, 'one');
      one.setLink('unreachable');
      harness.at({ 400: () => one.setLink('up') });
      // Tries again after 50, 100, 200 and 400 ms.
      harness
        .expectObservable(one.event$, span(0, 2_000))
        .toBe(moments('2:e 54:e 156:e 358:e 764:g'));
    });
  });
});

describe('close()', () => {
  it('stops the work, releases the lock, destroys the session, and is told as no error', () => {
    play((harness) => {
      const { at, consul, expectObservable, flush } = harness;
      const one = service(harness, 'one');
      expectObservable(one.event$, span(0, stopAtMs + 100)).toBe(moments('6:g 1000:l'));
      const other = harness.actor('other', { lockFlags: 0n });
      expectObservable(other.letter$, span(100, 5_000)).toBe(moments('104:F 1002:v 1004:L'));
      at({ 1_000: () => void one.close() });
      flush();
      expect(wordsOf(consul, 'one').slice(-2)).toEqual(['release', 'destroy']);
    });
  });

  it('runs the listeners of lostLeadership before anything is released', () => {
    play((harness) => {
      const words: string[] = [];
      const one = service(harness, 'one').on('lostLeadership', () =>
        words.push(...wordsOf(harness.consul)),
      );
      harness.at({ 1_000: () => void one.close() });
      harness.flush();
      expect(words).toContain('acquire');
      expect(words).not.toContain('release');
    });
  });

  it('before it has begun to contend, sends nothing at all', async () => {
    let closed: Promise<void> | undefined;
    play((harness) => {
      closed = service(harness, 'one').close();
      harness.flush();
      expect(harness.consul.requests).toEqual([]);
    });
    await expect(closed).resolves.toBeUndefined();
  });

  it('while it follows, tells nothing', () => {
    play((harness) => {
      harness
        .expectObservable(harness.actor('other', { lockFlags: 0n }).letter$, span(0, 5_000))
        .toBe(moments('4:v 6:L'));
      const one = service(harness, 'one');
      harness.at({ 1_000: () => void one.close() });
      harness.expectObservable(one.event$, span(100, 5_000)).toBe('');
      harness.flush();
      expect(wordsOf(harness.consul, 'one').slice(-1)).toEqual(['destroy']);
    });
  });

  it('resolves when Consul has confirmed it, whoever calls it how often', async () => {
    let first: Promise<void> | undefined;
    let second: Promise<void> | undefined;
    play((harness) => {
      const one = service(harness, 'one');
      harness.at({
        1_000: () => {
          first = one.close();
          second = one.close();
        },
      });
      harness.flush();
      expect(wordsOf(harness.consul).filter((word) => word === 'destroy')).toHaveLength(1);
    });
    expect(second).toBe(first);
    await expect(first).resolves.toBeUndefined();
  });

  it('rejects when Consul cannot be reached, after a bounded time', async () => {
    let closed: Promise<void> | undefined;
    play((harness) => {
      const one = service(harness, 'one');
      harness.at({
        1_000: () => {
          one.setLink('unreachable');
          closed = one.close();
        },
      });
      harness.flush();
    });
    await expect(closed).rejects.toMatchObject({ code: 'CONNECTION_FAILED' });
  });
});
