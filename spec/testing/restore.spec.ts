import { concatMap, map, tap, timer } from 'rxjs';
import type { TransportRequest } from '../../lib/ports/transport.js';
import { simulatedConsul, type SimulatedConsul } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

const request = (
  method: TransportRequest['method'],
  path: string,
  query: TransportRequest['query'] = {},
  body = '',
): TransportRequest => ({ method, path, query, body, longPoll: 'index' in query });

const indexOf = (consul: SimulatedConsul, key: string) => consul.entryOf(key)?.modifyIndex ?? 0;

describe('a restored snapshot', () => {
  it.each([
    ['in the same cluster goes on above the latest index', false, 4],
    ['elsewhere gives the indexes after the snapshot again', true, 1],
  ])('%s', (_, elsewhere, ahead) => {
    marbles(({ time }) => {
      const consul = simulatedConsul({ time });
      consul.put('k', 'then');
      const snapshot = consul.snapshot();
      const before = indexOf(consul, 'k');
      if (!elsewhere) consul.put('k', 'now');
      const latest = indexOf(consul, 'k');
      consul.restore(snapshot, { elsewhere });
      expect(consul.entryOf('k')).toMatchObject({ value: 'then', modifyIndex: before });
      consul.put('k', 'later');
      expect(indexOf(consul, 'k')).toBe(latest + ahead);
    });
  });

  it('wakes a watch with what it knew, under the old index', () => {
    marbles(({ time, scheduler, expectObservable }) => {
      const consul = simulatedConsul({ time });
      consul.put('k', 'then');
      const snapshot = consul.snapshot();
      consul.put('k', 'now');
      const index = indexOf(consul, 'k');
      timer(5, scheduler).subscribe(() => consul.restore(snapshot));
      const watched$ = consul.transport.request(
        request('GET', '/v1/kv/k', { index: `${index}`, wait: '60s' }),
      );
      expectObservable(
        watched$.pipe(map(({ headers, body }) => [headers['x-consul-index'], body])),
      ).toBe('5ms (a|)', {
        a: [`${index}`, expect.stringContaining(Buffer.from('now').toString('base64'))],
      });
    });
  });

  it('brings sessions back, whose time starts anew, and no lock-delay', () => {
    marbles(({ time, scheduler, expectObservable }) => {
      const consul = simulatedConsul({ time });
      const { transport } = consul;
      const session = '{"TTL":"10s","LockDelay":"30s","Checks":[]}';
      const idOf = map(({ body }: { body: string }) => (JSON.parse(body) as { ID: string }).ID);
      const create$ = transport.request(request('PUT', '/v1/session/create', {}, session));
      const take = (id: string) => transport.request(request('PUT', '/v1/kv/k', { acquire: id }));
      create$.pipe(idOf, concatMap(take)).subscribe();
      timer(1, scheduler).subscribe(() => {
        const snapshot = consul.snapshot();
        const holder = consul.holderOf('k') ?? '';
        consul.destroySession(holder);
        expect(consul.holderOf('k')).toBeUndefined();
        consul.restore(snapshot);
        expect(consul.holderOf('k')).toBe(holder);
        consul.destroySession(holder);
        consul.restore(consul.snapshot());
      });
      const later$ = timer(2, scheduler).pipe(
        tap(() => expect(consul.sessions()).toEqual([])),
        concatMap(() => create$.pipe(idOf, concatMap(take))),
        map(({ body }) => body.trim()),
      );
      // The lock-delay of half a minute that began twice is forgotten.
      expectObservable(later$).toBe('2ms (a|)', { a: 'true' });
    });
  });
});
