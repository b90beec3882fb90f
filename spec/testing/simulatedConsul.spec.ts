import { concatMap, delay, map, of, timer } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import type { Transport, TransportRequest, TransportResponse } from '../../lib/ports/transport.js';
import {
  simulatedConsul,
  type SimulatedConsul,
  type SimulatedConsulOptions,
} from '../../lib/testing/index.js';
import { marbles, type MarbleHelpers } from '../support/marbles.js';

interface Helpers extends MarbleHelpers {
  readonly consul: SimulatedConsul;
}

function simulate(
  test: (helpers: Helpers) => void,
  options: Omit<SimulatedConsulOptions, 'time'> = {},
): void {
  marbles((helpers) => {
    test({ ...helpers, consul: simulatedConsul({ time: helpers.time, ...options }) });
  });
}

function request(
  method: TransportRequest['method'],
  path: string,
  query: TransportRequest['query'] = {},
  body = '',
): TransportRequest {
  return { method, path, query, body, longPoll: query['index'] !== undefined };
}

const put = (key: string, body: string, query = {}) => request('PUT', `/v1/kv/${key}`, query, body);
const get = (key: string, query = {}) => request('GET', `/v1/kv/${key}`, query);
const watch = (key: string, index: number, wait = '60s') =>
  get(key, { index: String(index), wait });

/** The status, as one character for a marble. */
const short = map(({ status }: TransportResponse) => ({ 200: 'o', 404: 'n', 500: 'x' })[status]);

/** A session with a TTL of 10 s that holds the key, made at the present moment. */
function lead(transport: Transport, lockDelay: string, key = 'k') {
  const body = JSON.stringify({ TTL: '10s', LockDelay: lockDelay, Checks: [] });
  return transport.request(request('PUT', '/v1/session/create', {}, body)).pipe(
    map((created) => (JSON.parse(created.body) as { ID: string }).ID),
    concatMap((id) => transport.request(put(key, 'x', { acquire: id })).pipe(map(() => id))),
  );
}

/** Another session that tries to acquire the key at the given moment. */
function tryAt(atMs: number, transport: Transport, scheduler: TestScheduler, key = 'k') {
  const session = request('PUT', '/v1/session/create', {}, '{"Checks":[]}');
  return timer(atMs, scheduler).pipe(
    concatMap(() => transport.request(session)),
    map((created) => (JSON.parse(created.body) as { ID: string }).ID),
    concatMap((id) => transport.request(put(key, 'y', { acquire: id }))),
    map(({ body }) => (body === 'true' ? 't' : 'f')),
  );
}

describe('a request to the simulated Consul', () => {
  it('is answered through the scheduler, also without latency', () => {
    simulate(({ consul, expectObservable, flush }) => {
      const seen: string[] = [];
      consul.transport.request(get('k')).subscribe(() => seen.push('answer'));
      seen.push('subscribed');
      expectObservable(consul.transport.request(get('k')).pipe(short)).toBe('(n|)');
      flush();
      expect(seen).toEqual(['subscribed', 'answer']);
    });
  });

  it('takes the latency, half of it each way', () => {
    simulate(
      ({ consul, expectObservable }) => {
        expectObservable(consul.transport.request(put('k', 'x')).pipe(short)).toBe('10ms (o|)');
        timer(4).subscribe(() => expect(consul.keys()).toEqual([]));
        timer(6).subscribe(() => expect(consul.keys()).toEqual(['k']));
      },
      { latencyMs: 10 },
    );
  });

  it('is sent anew with each subscription', () => {
    simulate(({ consul, flush }) => {
      const write$ = consul.transport.request(put('k', 'x'));
      write$.subscribe();
      write$.subscribe();
      flush();
      expect(consul.requests).toHaveLength(2);
    });
  });

  it('never takes effect when unsubscribed before it arrives', () => {
    simulate(
      ({ consul, expectObservable, flush }) => {
        expectObservable(consul.transport.request(put('k', 'x')), '4ms !').toBe('-');
        flush();
        expect(consul.keys()).toEqual([]);
        expect(consul.requests).toEqual([]);
      },
      { latencyMs: 10 },
    );
  });

  it('has taken effect when unsubscribed after it arrived', () => {
    simulate(
      ({ consul, expectObservable, flush }) => {
        expectObservable(consul.transport.request(put('k', 'x')), '6ms !').toBe('-');
        flush();
        expect(consul.keys()).toEqual(['k']);
      },
      { latencyMs: 10 },
    );
  });

  it('is recorded with the moment of its arrival, without body and token', () => {
    simulate(
      ({ consul, flush }) => {
        const { transport } = consul.connect({ name: 'a' });
        transport.request(put('k', 'secret', { token: 'secret', flags: '1' })).subscribe();
        flush();
        expect(consul.requests).toEqual([
          {
            ...{ atMs: 5, connection: 'a', method: 'PUT', path: '/v1/kv/k' },
            query: { token: '(hidden)', flags: '1' },
          },
        ]);
      },
      { latencyMs: 10 },
    );
  });

  it('records what a transaction does', () => {
    simulate(({ consul, flush }) => {
      const check = { KV: { Verb: 'check-not-exists', Key: 'k' } };
      const lock = { KV: { Verb: 'lock', Key: 'k', Value: '', Session: 'none' } };
      const body = JSON.stringify([check, lock]);
      consul.transport
        .request({ method: 'PUT', path: '/v1/txn', query: {}, body, longPoll: false })
        .subscribe();
      flush();
      expect(consul.requests.map(({ verbs }) => verbs)).toEqual([['check-not-exists', 'lock']]);
    });
  });

  it('leaves the transport open after close', () => {
    simulate(({ consul, expectObservable }) => {
      expectObservable(consul.transport.close()).toBe('|');
      expectObservable(consul.transport.request(get('k')).pipe(short)).toBe('(n|)');
    });
  });
});

describe('a session of the simulated Consul', () => {
  it('ends for a watcher exactly at twice its TTL', () => {
    simulate(({ consul, expectObservable }) => {
      const { transport } = consul;
      const watched$ = lead(transport, '0s').pipe(
        map(() => consul.entryOf('k')?.modifyIndex ?? 0),
        concatMap((index) => transport.request(watch('k', index))),
        map(({ body }) => (body.includes('Session') ? 'held' : 'free')),
      );
      expectObservable(watched$).toBe('20s (a|)', { a: 'free' });
    });
  });

  it('is gone at twice its TTL when nobody watched', () => {
    simulate(({ consul, scheduler }) => {
      lead(consul.transport, '0s').subscribe();
      timer(19_999, scheduler).subscribe(() => expect(consul.sessions()).toHaveLength(1));
      timer(20_000, scheduler).subscribe(() => expect(consul.sessions()).toHaveLength(0));
    });
  });

  it.each([
    ['watched', true],
    ['unwatched', false],
  ])('bars its %s key to the millisecond', (_, watched) => {
    simulate(({ consul, scheduler, expectObservable }) => {
      const { transport } = consul;
      lead(transport, '5s').subscribe();
      const polls = watched ? [timer(1, scheduler)] : [];
      const poll$ = of(...polls).pipe(
        concatMap((start$) => start$),
        concatMap(() => transport.request(watch('k', consul.entryOf('k')?.modifyIndex ?? 0))),
      );
      poll$.subscribe();
      expectObservable(tryAt(24_999, transport, scheduler)).toBe('24999ms (f|)');
      expectObservable(tryAt(25_000, transport, scheduler)).toBe('25s (t|)');
    });
  });

  it('is kept by renewals', () => {
    simulate(({ consul, scheduler, expectObservable }) => {
      const { transport } = consul;
      const renewed$ = lead(transport, '0s').pipe(
        delay(19_999, scheduler),
        concatMap((id) =>
          transport.request(request('PUT', `/v1/session/renew/${id}`)).pipe(map(() => id)),
        ),
        delay(19_999, scheduler),
        concatMap((id) => transport.request(request('PUT', `/v1/session/renew/${id}`))),
        short,
      );
      expectObservable(renewed$).toBe('39998ms (o|)');
    });
  });

  it('has the same ID in every run of one seed', () => {
    const ids: string[] = [];
    for (const seed of [1, 1, 2]) {
      simulate(({ consul }) => lead(consul.transport, '0s').subscribe((id) => ids.push(id)), {
        seed,
      });
    }
    expect(ids[0]).toBe(ids[1]);
    expect(ids[0]).not.toBe(ids[2]);
  });
});

describe('a blocking query of the simulated Consul', () => {
  it('wakes the moment its key changes', () => {
    simulate(
      ({ consul, scheduler, expectObservable }) => {
        consul.put('k', 'x');
        const index = consul.entryOf('k')!.modifyIndex;
        timer(7, scheduler).subscribe(() => consul.put('other', 'y'));
        timer(30, scheduler).subscribe(() => consul.put('k', 'y'));
        expectObservable(consul.transport.request(watch('k', index)).pipe(short)).toBe('31ms (o|)');
      },
      { latencyMs: 2 },
    );
  });

  it('ends with its wait, to which chance may add a sixteenth', () => {
    simulate(({ consul, expectObservable }) => {
      consul.put('k', 'x');
      const index = consul.entryOf('k')!.modifyIndex;
      expectObservable(consul.transport.request(watch('k', index, '16s')).pipe(short)).toBe(
        '16s (o|)',
      );
    });
    simulate(
      ({ consul, expectObservable }) => {
        consul.put('k', 'x');
        const index = consul.entryOf('k')!.modifyIndex;
        expectObservable(consul.transport.request(watch('k', index, '16s')).pipe(short)).toBe(
          '16500ms (o|)',
        );
      },
      { chance: () => 0.5 },
    );
  });

  it('sees a session that expires in the same millisecond as its wait ends', () => {
    simulate(({ consul, expectObservable }) => {
      const { transport } = consul;
      const watched$ = lead(transport, '0s').pipe(
        map(() => consul.entryOf('k')?.modifyIndex ?? 0),
        concatMap((index) => transport.request(watch('k', index, '20s'))),
        map(({ body }) => (body.includes('Session') ? 'held' : 'free')),
      );
      expectObservable(watched$).toBe('20s (a|)', { a: 'free' });
    });
  });

  it('leaves no timer behind: virtual time stands still once all is answered or unsubscribed', () => {
    simulate(({ consul, scheduler, flush, expectObservable }) => {
      lead(consul.transport, '5s').subscribe();
      expectObservable(consul.transport.request(watch('missing', 1000)), '40ms !').toBe('-');
      flush();
      expect(scheduler.actions).toEqual([]);
      expect(consul.sessions()).toHaveLength(1);
    });
  });

  it('wakes every watcher of one key', () => {
    simulate(({ consul, scheduler, expectObservable }) => {
      consul.put('k', 'x');
      const index = consul.entryOf('k')!.modifyIndex;
      timer(30, scheduler).subscribe(() => consul.deleteKey('k'));
      const [near, far] = [consul.connect(), consul.connect({ latencyMs: 2 })];
      expectObservable(near.transport.request(watch('k', index)).pipe(short)).toBe('30ms (n|)');
      expectObservable(far.transport.request(watch('k', index)).pipe(short)).toBe('31ms (n|)');
    });
  });
});
