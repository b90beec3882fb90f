import { concat, EMPTY, map, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { keepAlive } from '../../lib/session/keepAlive.js';
import { session$ } from '../../lib/session/session.js';
import { withSession, type SessionOptions } from '../../lib/session/withSession.js';
import type { TransportResponse } from '../../lib/ports/transport.js';
import type { Time } from '../../lib/ports/time.js';
import { marbles } from '../support/marbles.js';
import { answered, noLeader, scriptedConsul } from '../support/scriptedConsul.js';

const info = {
  ...{ ID: 's', Name: '', Node: 'n', LockDelay: 0, Behavior: 'release', TTL: '10s' },
  CreateIndex: 1,
};
const answers: Record<string, TransportResponse> = {
  c: answered({ ID: 's' }),
  r: answered([info]),
  g: answered('Session id "s" not found', 404),
  d: answered(true),
  x: noLeader,
};
const retry = { backoff: { initialDelayMs: 4, maxDelayMs: 4, factor: 1 }, chance: () => 0.5 };
const options: SessionOptions = {
  ...{ name: '', ttlMs: 10_000, lockDelayMs: 0, nodeChecks: [], renewIntervalMs: 10 },
  retry,
};

type Script = Partial<Record<'create' | 'renew' | 'destroy', readonly string[]>>;

/** A Consul that answers each kind of request in turn, with its last answer over and over. */
function answering(
  time: Time,
  cold: (marbles: string, values: typeof answers) => Observable<TransportResponse>,
  script: Script = {},
) {
  const { create = ['(c|)'], renew = ['(r|)'], destroy = ['(d|)'] } = script;
  const asked: string[] = [];
  const turns: Record<string, number> = {};
  const consul = scriptedConsul(time, ({ path }) => {
    const kind = path.split('/')[3] as 'create' | 'renew' | 'destroy';
    asked.push(`${time.scheduler.now()} ${kind}`);
    const scripts = { create, renew, destroy }[kind];
    const turn = Math.min((turns[kind] = (turns[kind] ?? 0) + 1), scripts.length);
    return cold(scripts[turn - 1] ?? '-', answers);
  });
  return { consul, asked };
}

describe('withSession', () => {
  it('creates, uses and destroys, and completes once Consul has confirmed the end', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { create: ['--c|'], destroy: ['---d|'] });
      const used$ = withSession(consul, options, ({ id }) => cold(`-${id}-|`));
      expectObservable(used$).toBe('---s-----|');
      flush();
      expect(asked).toEqual(['0 create', '5 destroy']);
    });
  });

  it('keeps the session alive while it is used, and no longer', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold);
      expectObservable(withSession(consul, options, () => timer(25, time.scheduler))).toBe(
        '25ms (a|)',
        { a: 0 },
      );
      flush();
      expect(asked).toEqual(['0 create', '10 renew', '20 renew', '25 destroy']);
    });
  });

  it('does first what must be done before the end, and keeps the session alive meanwhile', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold);
      const beforeDestroy = () => timer(15, time.scheduler);
      expectObservable(withSession(consul, { ...options, beforeDestroy }, () => of('a'))).toBe(
        'a 14ms |',
      );
      flush();
      expect(asked).toEqual(['0 create', '10 renew', '15 destroy']);
    });
  });

  it.each([
    ['that fails', () => throwError(() => new Error('no'))],
    ['that has nothing to do', () => EMPTY],
  ])('destroys after a preparation %s', (_, beforeDestroy) => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold);
      expectObservable(withSession(consul, { ...options, beforeDestroy }, () => of('a'))).toBe(
        '(a|)',
      );
      flush();
      expect(asked).toEqual(['0 create', '0 destroy']);
    });
  });

  it('tells that Consul has forgotten the session, unsubscribes its use, and destroys nothing', () => {
    marbles(({ cold, time, expectObservable, expectSubscriptions, flush }) => {
      const { consul, asked } = answering(time, cold, { renew: ['(r|)', '(g|)'] });
      const use$ = cold('a');
      expectObservable(withSession(consul, options, () => use$)).toBe(
        'a 19ms #',
        undefined,
        expect.objectContaining({ code: 'SESSION_LOST' }),
      );
      expectSubscriptions(use$.subscriptions).toBe('^ 19ms !');
      flush();
      expect(asked).toEqual(['0 create', '10 renew', '20 renew']);
    });
  });

  it('destroys nothing that Consul has forgotten while the end was prepared', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { renew: ['(g|)'] });
      const beforeDestroy = () => NEVER;
      expectObservable(withSession(consul, { ...options, beforeDestroy }, () => of('a'))).toBe(
        'a 9ms |',
      );
      flush();
      expect(asked).toEqual(['0 create', '10 renew']);
    });
  });

  it('passes an error of its use on at once, and destroys in the background', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { destroy: ['---d|'] });
      expectObservable(withSession(consul, options, () => cold('a-#'))).toBe('a-#');
      flush();
      expect(asked).toEqual(['0 create', '2 destroy']);
    });
  });

  it('passes a failed creation on, and has nothing to destroy', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { create: ['-x'] });
      expectObservable(withSession(consul, options, () => NEVER)).toBe(
        '-#',
        undefined,
        expect.objectContaining({ code: 'SERVER_ERROR' }),
      );
      flush();
      expect(asked).toEqual(['0 create']);
    });
  });

  it.each([
    ['during its creation', '-!', ['0 create', '4 destroy']],
    ['during its use', '6ms !', ['0 create', '6 destroy']],
    ['during a renewal', '15ms !', ['0 create', '14 renew', '15 destroy']],
  ])('is destroyed once when its subscriber leaves %s', (_, leaving, expected) => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { create: ['----(c|)'], renew: ['--r|'] });
      expectObservable(
        withSession(consul, options, () => NEVER),
        leaving,
      ).toBe('');
      flush();
      expect(asked).toEqual(expected);
    });
  });

  it('is tried to be destroyed three times, and left to its TTL then', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { destroy: ['(x|)'] });
      expectObservable(withSession(consul, options, () => of('a'))).toBe('a---|');
      flush();
      expect(asked).toEqual(['0 create', '0 destroy', '2 destroy', '4 destroy']);
    });
  });

  it('is another session for each subscriber', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold);
      const used$ = withSession(consul, options, () => of('a'));
      expectObservable(used$).toBe('(a|)');
      expectObservable(concat(used$, used$)).toBe('(aa|)');
      flush();
      expect(asked.filter((request) => request.includes('create'))).toHaveLength(3);
    });
  });
});

describe('session$', () => {
  it('emits the session, lives until it is unsubscribed, and is destroyed then', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold);
      const id$ = session$(consul, options).pipe(map(({ id }) => id));
      expectObservable(id$, '15ms !').toBe('s');
      flush();
      expect(asked).toEqual(['0 create', '10 renew', '15 destroy']);
    });
  });
});

describe('keepAlive', () => {
  it.each([
    ['at its interval, counted from the last answer', ['--(r|)'], [10, 22, 34]],
    [
      'again soon after a failure, as often as it takes',
      ['(x|)', '(x|)', '(r|)'],
      [10, 12, 14, 24, 34],
    ],
    ['again after an answer that does not come in time', ['-', '(r|)'], [10, 112]],
  ])('renews %s', (_, renew, moments) => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { renew });
      const endMs = Math.max(...moments) + 1;
      expectObservable(keepAlive(consul, 's', options), `${endMs}ms !`).toBe('');
      flush();
      expect(asked).toEqual(moments.map((atMs) => `${atMs} renew`));
    });
  });

  it.each([
    ['in the wait for the next renewal', '5ms !', []],
    ['during a renewal', '11ms !', ['10 renew']],
    ['in the wait for another try', '13ms !', ['10 renew']],
  ])('stops when it is unsubscribed %s', (_, leaving, expected) => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { renew: ['--x'] });
      expectObservable(keepAlive(consul, 's', options), leaving).toBe('');
      flush();
      expect(asked).toEqual(expected);
    });
  });

  it('never waits longer for another try than for the next renewal', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const { consul, asked } = answering(time, cold, { renew: ['(x|)'] });
      const slow = { backoff: { initialDelayMs: 9_000, maxDelayMs: 9_000, factor: 1 } };
      const kept$ = keepAlive(consul, 's', {
        renewIntervalMs: 10,
        retry: { ...slow, chance: () => 1 },
      });
      expectObservable(kept$, '35ms !').toBe('');
      flush();
      expect(asked).toEqual(['10 renew', '20 renew', '30 renew']);
    });
  });
});
