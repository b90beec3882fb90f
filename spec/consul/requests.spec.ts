import { of, type Observable } from 'rxjs';
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
import { answered, scriptedConsul } from '../support/scriptedConsul.js';

const spec = { name: 'n', ttlMs: 10_000, lockDelayMs: 500, nodeChecks: [] };
const lock = { key: 'a/b', sessionId: 's', value: 'ü', flags: 3304740253564472344n };
const goFlags = '3304740253564472344';
const value = Buffer.from('ü').toString('base64');

const session = {
  ...{ ID: 's', Name: 'n', Node: 'node', LockDelay: 500_000_000, Behavior: 'release' },
  ...{ TTL: '10s', CreateIndex: 4 },
};
/** As text, since `JSON.stringify` would lose the digits of the flags. */
const entry = `[{"Key":"a/b","Value":"${value}","Flags":${goFlags},"Session":"s","CreateIndex":1,"ModifyIndex":5,"LockIndex":2}]`;

/** Sends to a Consul that answers at once, and gives the requests. */
function requestsOf(
  call: (consul: Consul) => Observable<unknown>,
  response: TransportResponse,
  scope: Consul['scope'] = {},
): TransportRequest[] {
  const requests: TransportRequest[] = [];
  marbles(({ time }) => {
    const consul = scriptedConsul(time, (request) => {
      requests.push(request);
      return of(response);
    });
    call({ ...consul, scope }).subscribe();
  });
  return requests;
}

describe('a request', () => {
  it.each<[string, (consul: Consul) => Observable<unknown>, TransportResponse, object]>([
    [
      'creates a session whose lock-delay has its unit',
      (consul) => createSession(consul, spec),
      answered({ ID: 's' }),
      { method: 'PUT', path: '/v1/session/create', query: {} },
    ],
    [
      'renews a session',
      (consul) => renewSession(consul, 's'),
      answered([session]),
      { method: 'PUT', path: '/v1/session/renew/s', query: {} },
    ],
    [
      'destroys a session',
      (consul) => destroySession(consul, 's'),
      answered(true),
      { method: 'PUT', path: '/v1/session/destroy/s', query: {} },
    ],
    [
      'describes a session',
      (consul) => readSession(consul, 's'),
      answered([session]),
      { method: 'GET', path: '/v1/session/info/s', query: {} },
    ],
    [
      'reads a key',
      (consul) => readKey(consul, 'a/b'),
      answered(entry),
      { method: 'GET', path: '/v1/kv/a/b', query: {} },
    ],
    [
      'reads a key linearizably',
      (consul) => readKey(consul, 'a/b', { consistent: true }),
      answered(entry),
      { method: 'GET', path: '/v1/kv/a/b', query: { consistent: '' } },
    ],
    [
      'waits for a change of a key',
      (consul) => readKey(consul, 'a/b', { wait: { index: 7, waitMs: 60_000 } }),
      answered(entry),
      { method: 'GET', query: { index: '7', wait: '60000ms' }, longPoll: true },
    ],
    [
      'releases a key, with its flags, which it would lose otherwise',
      (consul) => releaseKey(consul, { ...lock, value: '' }),
      answered(true),
      { method: 'PUT', path: '/v1/kv/a/b', query: { release: 's', flags: goFlags }, body: '' },
    ],
    [
      'asks for the raft leader',
      (consul) => readRaftLeader(consul),
      answered('"1.2.3.4:8300"'),
      { method: 'GET', path: '/v1/status/leader', query: {} },
    ],
  ])('%s', (_, call, response, expected) => {
    expect(requestsOf(call, response)).toEqual([
      expect.objectContaining({ longPoll: false, ...expected }),
    ]);
  });

  it('escapes what a key must not mean in a path, and keeps its slashes', () => {
    const [request] = requestsOf((consul) => readKey(consul, 'a/b c?%/ü'), answered('', 404));
    expect(request?.path).toBe('/v1/kv/a/b%20c%3F%25/%C3%BC');
  });

  it('names datacenter, namespace and partition where they are given', () => {
    const scope = { datacenter: 'dc2', namespace: 'team', partition: 'part' };
    const [request] = requestsOf((consul) => renewSession(consul, 's'), answered([session]), scope);
    expect(request?.query).toEqual({ dc: 'dc2', ns: 'team', partition: 'part' });
  });

  it('makes a session of all its parts', () => {
    const [request] = requestsOf(
      (consul) => createSession(consul, { ...spec, nodeChecks: ['serfHealth'] }),
      answered({ ID: 's' }),
    );
    expect(JSON.parse(request?.body ?? '')).toEqual({
      ...{ Name: 'n', TTL: '10000ms', LockDelay: '500ms', Behavior: 'release' },
      NodeChecks: ['serfHealth'],
    });
  });

  it.each([
    ['whatever stands there', undefined, ''],
    ['nothing', 'absent' as const, '{"KV":{"Verb":"check-not-exists","Key":"a/b"}},'],
    ['one entry', { modifyIndex: 9 }, '{"KV":{"Verb":"check-index","Key":"a/b","Index":9}},'],
  ])('takes a lock in one transaction, in place of %s', (_, expected, condition) => {
    const [request] = requestsOf(
      (consul) => acquireKey(consul, { ...lock, ...(expected && { expected }) }),
      answered({ Results: [{ KV: { Key: 'a/b', ModifyIndex: 5 } }] }),
    );
    expect(request).toMatchObject({ method: 'PUT', path: '/v1/txn' });
    expect(request?.body).toBe(
      `[${condition}{"KV":{"Verb":"lock","Key":"a/b","Value":"${value}","Flags":${goFlags},"Session":"s"}}]`,
    );
  });
});
