import { concat, map, of, throwError, type Observable } from 'rxjs';
import { acquireKey } from '../../lib/consul/txn/acquire.js';
import type { Consul } from '../../lib/consul/http/consul.js';
import { createSession } from '../../lib/consul/session/createSession.js';
import { destroySession } from '../../lib/consul/session/destroySession.js';
import { readKey } from '../../lib/consul/kv/readKey.js';
import { readRaftLeader } from '../../lib/consul/status/readRaftLeader.js';
import { readSession } from '../../lib/consul/session/readSession.js';
import { releaseKey } from '../../lib/consul/txn/release.js';
import { renewSession } from '../../lib/consul/session/renewSession.js';
import type { TransportRequest, TransportResponse } from '../../lib/ports/transport.js';
import { marbles } from '../support/marbles.js';
import { answered, noLeader, scriptedConsul } from '../support/scriptedConsul.js';

const key = 'a/b c?%#/ü';
const sessionId = 'id/of?it';
const flags = 18446744073709551615n;

type Call = (consul: Consul) => Observable<unknown>;

const session = {
  ...{ ID: sessionId, Name: 'n', Node: 'node', LockDelay: 0, Behavior: 'release' },
  ...{ TTL: '10s', CreateIndex: 4 },
};
const entry = {
  ...{ Key: key, Value: null, Flags: 0, Session: null },
  ...{ CreateIndex: 1, ModifyIndex: 5, LockIndex: 0 },
};
/** The listing with a field of another type. */
const spoilt = (field: string, listed: object) => answered([{ ...listed, [field]: {} }]);

/** Each request: its call, an answer that it takes, one of the wrong types, and its path. */
const requests: [string, Call, TransportResponse, TransportResponse, string][] = [
  [
    'session/create',
    (consul) => createSession(consul, { name: 'n', ttlMs: 10_000, lockDelayMs: 0, nodeChecks: [] }),
    answered({ ID: 'x' }),
    answered({ ID: '' }),
    '/v1/session/create',
  ],
  [
    'session/renew',
    (consul) => renewSession(consul, sessionId),
    answered([session]),
    spoilt('TTL', session),
    '/v1/session/renew/id%2Fof%3Fit',
  ],
  [
    'session/destroy',
    (consul) => destroySession(consul, sessionId),
    answered(true),
    answered(false),
    '/v1/session/destroy/id%2Fof%3Fit',
  ],
  [
    'session/info',
    (consul) => readSession(consul, sessionId),
    answered([session]),
    spoilt('CreateIndex', session),
    '/v1/session/info/id%2Fof%3Fit',
  ],
  [
    'a read of a key',
    (consul) => readKey(consul, key),
    answered([entry]),
    spoilt('ModifyIndex', entry),
    '/v1/kv/a/b%20c%3F%25%23/%C3%BC',
  ],
  [
    'a blocking read of a key',
    (consul) => readKey(consul, key, { wait: { index: 1, waitMs: 16 } }),
    answered([entry]),
    spoilt('Session', entry),
    '/v1/kv/a/b%20c%3F%25%23/%C3%BC',
  ],
  [
    'an acquisition',
    (consul) => acquireKey(consul, { key, sessionId, value: '', flags }),
    answered({ Results: [{ KV: { Key: key, ModifyIndex: 5 } }] }),
    answered({ Results: [{ KV: { Key: key, ModifyIndex: -1 } }] }),
    '/v1/txn',
  ],
  [
    'a release',
    (consul) => releaseKey(consul, { key, sessionId, value: '', flags }),
    answered(true),
    answered('"true"'),
    '/v1/kv/a/b%20c%3F%25%23/%C3%BC',
  ],
  [
    'status/leader',
    (consul) => readRaftLeader(consul),
    answered('""'),
    answered(7),
    '/v1/status/leader',
  ],
];

describe.each(requests)('%s', (_, call, good, wrong, path) => {
  it('is sent on subscription, anew on the next one, and within the scope', () => {
    const seen: TransportRequest[] = [];
    marbles(({ time, expectObservable, flush }) => {
      const scope = { datacenter: 'dc2', namespace: 'team', partition: 'part' };
      const consul = scriptedConsul(time, (request) => {
        seen.push(request);
        return of(good);
      });
      const request$ = call({ ...consul, scope }).pipe(map(() => 'x'));
      expect(seen).toEqual([]);
      expectObservable(concat(request$, request$)).toBe('(xx|)');
      flush();
    });
    const sent: unknown = expect.objectContaining({
      path,
      query: expect.objectContaining({ dc: 'dc2', ns: 'team', partition: 'part' }) as unknown,
    });
    expect(seen).toEqual([sent, sent]);
  });

  it('takes no answer of the wrong types', () => {
    marbles(({ time, cold, expectObservable }) => {
      const request$ = call(scriptedConsul(time, () => cold('-(r|)', { r: wrong })));
      const malformed: unknown = expect.objectContaining({
        code: 'ANSWER_MALFORMED',
        retryable: true,
      });
      expectObservable(request$).toBe('-#', undefined, malformed);
    });
  });

  it('is a failure where Consul answers with one', () => {
    marbles(({ time, cold, expectObservable }) => {
      const request$ = call(scriptedConsul(time, () => cold('-(r|)', { r: noLeader })));
      const failed: unknown = expect.objectContaining({ code: 'SERVER_ERROR', retryable: true });
      expectObservable(request$).toBe('-#', undefined, failed);
    });
  });

  it('passes on the error of a transport as it is', () => {
    marbles(({ time, expectObservable }) => {
      const request$ = call(scriptedConsul(time, () => throwError(() => 'as it is')));
      expectObservable(request$).toBe('#', undefined, 'as it is');
    });
  });

  it('is aborted when nobody waits for it any more', () => {
    marbles(({ time, cold, expectObservable, expectSubscriptions }) => {
      const response$ = cold<TransportResponse>('------(r|)', { r: good });
      const consul = scriptedConsul(time, () => response$);
      expectObservable(call(consul), '--^--!').toBe('');
      expectSubscriptions(response$.subscriptions).toBe('--^--!');
    });
  });
});
