import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { map, tap } from 'rxjs';
import type { ElectionError, TransportRequest } from '../../../lib/index.js';
import type { SimulatedConsul } from '../../../lib/testing/index.js';
import { key, letterOf, moments, play, span, wordsOf } from './harness.js';

const holder = (consul: SimulatedConsul) => consul.holderOf(key)!;

const isWatch = ({ method, query }: TransportRequest): boolean =>
  method === 'GET' && !('consistent' in query);

describe('a lock that is lost', () => {
  it('because an operator destroys its session, is free for nobody before the lock-delay ends', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      expectObservable(actor('a').letter$, span(0, 20_000)).toBe(moments('4:v 6:L 1001:v 11003:F'));
      expectObservable(actor('b').letter$, span(100, 20_000)).toBe(moments('104:F 1001:v 11003:L'));
      at({ 1_000: () => consul.destroySession(holder(consul)) });
      flush();
    });
  });

  it('because a check of its node turns critical, too', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a', { nodeChecks: ['serfHealth'] });
      expectObservable(a.letter$, span(0, 3_000)).toBe(moments('4:v 6:L 1001:v'));
      expectObservable(actor('b').letter$, span(100, 20_000)).toBe(moments('104:F 1001:v 11003:L'));
      at({ 1_000: () => consul.setNodeCheck('serfHealth', 'critical') });
    });
  });

  it('because somebody deletes the key, is lost within a round trip', () => {
    play(({ actor, at, consul, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 20_000)).toBe(moments('4:v 6:L 1001:v 11003:L'));
      at({ 1_000: () => consul.deleteKey(key) });
    });
  });

  it('because somebody deletes the key, is another lock when a late acquisition takes it again', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      const tokens: bigint[] = [];
      const deaf: (() => void)[] = [];
      const letter$ = a.leadership$.pipe(
        tap((state) => state.kind === 'Leader' && tokens.push(state.fencingToken.value)),
        map(letterOf),
      );
      expectObservable(letter$, span(0, 9_000)).toBe(moments('4:v 6:L 2358:v 3177:L'));
      at({
        10: () => {
          deaf.push(consul.fail(isWatch, { status: 500, body: 'No path to datacenter' }));
          consul.put(key, 'touched', consul.entryOf(key)!.flags);
        },
        2_500: () => deaf[0]?.(),
        1_000: () => {
          const { sessionId, flags } = consul.entryOf(key)!;
          // Between the two anybody may have held it.
          consul.deleteKey(key);
          const query = { acquire: sessionId!, flags: `${flags}` };
          const late = {
            method: 'PUT',
            path: `/v1/kv/${key}`,
            query,
            body: '',
            longPoll: false,
          } as const;
          consul.transport.request(late).subscribe();
        },
      });
      flush();
      expect(tokens).toHaveLength(2);
      expect(tokens[1]).toBeGreaterThan(tokens[0]!);
    });
  });

  it('stays lost where the watch is deaf: the next confirmation says so', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 2_359)).toBe(moments('4:v 6:L 2358:v'));
      at({
        10: () => {
          consul.fail(isWatch, { status: 500, body: 'No path to datacenter' });
          // Wakes the poll that is under way, whose answer is still good.
          consul.put(key, 'touched', consul.entryOf(key)!.flags);
        },
        1_000: () => consul.destroySession(holder(consul)),
      });
    });
  });

  it('is contended for again with a new session when the old one is gone', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const sessions = new Set<string>();
      const a = actor('a');
      const letter$ = a.letter$.pipe(tap(() => sessions.add(holder(consul))));
      // The new session goes by what the old one saw, and tries when the lock-delay ends.
      expectObservable(letter$, span(0, 20_000)).toBe(moments('4:v 6:L 1001:v 11003:L'));
      at({ 1_000: () => consul.destroySession(holder(consul)) });
      flush();
      const words = wordsOf(consul);
      expect(words.filter((word) => word === 'create')).toHaveLength(2);
      // The first session is not destroyed again: Consul has done that.
      expect(words.filter((word) => word === 'destroy')).toHaveLength(1);
    });
  });
});

describe('a lock that somebody writes over by hand', () => {
  it('is contended for by who knows it, when its holder has crashed', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 2_000)).toBe(moments('4:v 6:L'));
      const b = actor('b');
      expectObservable(b.letter$, span(100, 13_000)).toBe(moments('104:F 1001:F 2001:v 12003:L'));
      const flags: bigint[] = [];
      at({
        999: () => a.setLink('blackhole'),
        1_000: () => consul.put(key, 'by hand', 0n),
        2_000: () => consul.destroySession(holder(consul)),
        12_500: () => flags.push(consul.entryOf(key)!.flags),
      });
      flush();
      expect(flags).toEqual([0x2ddccbc058a50c18n]);
    });
  });

  it('is waited for again when it is written over before anybody has claimed it', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 2_000)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(100, 17_000)).toBe(moments('104:F 2001:v 15003:L'));
      at({
        1_999: () => a.setLink('blackhole'),
        2_000: () => consul.destroySession(holder(consul)),
        5_000: () => consul.put(key, 'by hand', 0n),
      });
    });
  });
});

describe('a held lock that somebody writes over by hand', () => {
  const written = (consul: SimulatedConsul) => consul.put(key, 'by hand', 0n);

  it('is restored by its holder, which leads on with the same token', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const told: unknown[] = [];
      const note = (message: unknown) => told.push(message);
      subscribe('rxjs-leader-election:lock:restored', note);
      const tokens = new Set<bigint>();
      const a = actor('a', { metadata: { host: 'a' } });
      const letter$ = a.leadership$.pipe(
        tap((state) => state.kind === 'Leader' && tokens.add(state.fencingToken.value)),
        map(letterOf),
      );
      expectObservable(letter$, span(0, 30_000)).toBe(moments('4:v 6:L'));
      const before = () => consul.entryOf(key)!;
      const entries: ReturnType<typeof before>[] = [];
      at({
        500: () => entries.push(before()),
        5_000: () => written(consul),
        5_010: () => entries.push(before()),
      });
      // Who comes now knows nothing of it.
      expectObservable(actor('c').letter$, span(5_500, 30_000)).toBe(moments('5504:F'));
      flush();
      unsubscribe('rxjs-leader-election:lock:restored', note);
      const [first, restored] = entries;
      expect(restored).toMatchObject({ value: first!.value, flags: first!.flags });
      expect(restored!.sessionId).toBe(first!.sessionId);
      expect(tokens.size).toBe(1);
      expect(told).toEqual([{ key, sessionId: first!.sessionId, foundFlags: 0n }]);
    });
  });

  it('is restored once a second where that goes on', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      expectObservable(actor('a').letter$, span(0, 12_000)).toBe(moments('4:v 6:L'));
      const writesAtMs = Array.from({ length: 100 }, (_, index) => 1_000 + 100 * index);
      at(Object.fromEntries(writesAtMs.map((atMs) => [atMs, () => written(consul)])));
      const flags: bigint[] = [];
      at({ 11_900: () => flags.push(consul.entryOf(key)!.flags) });
      flush();
      // The acquisition itself, and no more than eleven looks in eleven seconds.
      const acquisitions = wordsOf(consul, 'a').filter((word) => word === 'acquire').length;
      expect(acquisitions).toBeLessThanOrEqual(12);
      expect(acquisitions).toBeGreaterThanOrEqual(10);
      expect(flags).toEqual([0x2ddccbc058a50c18n]);
    });
  });

  it('is not taken back where it was lost in the meantime', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$, span(0, 20_000)).toBe(moments('4:v 6:L 5003:v 15005:L'));
      at({
        5_000: () => written(consul),
        // What the leader sends is on its way.
        5_001.5: () => consul.destroySession(holder(consul)),
      });
    });
  });
});

describe('a key that something else uses', () => {
  it.each([
    ['before anybody contends', 0, '4:E'],
    ['in the middle of a leadership', 500, '4:v 6:L 501:v 503:E'],
  ])('is an error that names the way out, and left as it is: %s', (_, fromMs, letters) => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const errors: ElectionError[] = [];
      const letter$ = actor('a').leadership$.pipe(
        tap((state) => state.kind === 'Error' && errors.push(state.error)),
        map(letterOf),
      );
      at({
        [fromMs]: () => {
          consul.deleteKey(key);
          consul.put(key, 'precious', 42n);
        },
      });
      expectObservable(letter$, span(0, fromMs + 40)).toBe(moments(letters));
      flush();
      expect(errors[0]).toMatchObject({ code: 'KEY_IN_USE', details: { key, flags: 42n } });
      expect(errors[0]?.message).toContain('set lockFlags to 42n');
      expect(consul.entryOf(key)).toMatchObject({ value: 'precious', flags: 42n });
    });
  });

  it('is contended for as soon as it is free', () => {
    play(({ actor, at, consul, expectObservable }) => {
      at({ 0: () => consul.put(key, 'precious', 42n), 150: () => consul.deleteKey(key) });
      expectObservable(actor('a').letter$, span(0, 1_000)).toBe(moments('4:E 151:v 153:L'));
    });
  });
});
