import type { Observable } from 'rxjs';
import { acquireKey } from '../../lib/consul/txn/acquire.js';
import type { Consul } from '../../lib/consul/http/consul.js';
import { createSession } from '../../lib/consul/session/createSession.js';
import { readKey } from '../../lib/consul/kv/readKey.js';
import { readSession } from '../../lib/consul/session/readSession.js';
import { releaseKey } from '../../lib/consul/txn/release.js';
import { renewSession } from '../../lib/consul/session/renewSession.js';
import type { TransportResponse } from '../../lib/ports/transport.js';
import { marbles } from '../support/marbles.js';
import { answered, scriptedConsul } from '../support/scriptedConsul.js';

const spec = { name: 'n', ttlMs: 10_000, lockDelayMs: 500, nodeChecks: [] };
const lock = { key: 'a/b', sessionId: 's', value: 'ü', flags: 3304740253564472344n };
const value = Buffer.from('ü').toString('base64');

const session = {
  ...{ ID: 's', Name: 'n', Node: 'node', LockDelay: 500_000_000, Behavior: 'release' },
  ...{ TTL: '10s', CreateIndex: 4 },
};
/** As text, since `JSON.stringify` would lose the digits of the flags. */
const entry = `[{"Key":"a/b","Value":"${value}","Flags":3304740253564472344,"Session":"s","CreateIndex":1,"ModifyIndex":5,"LockIndex":2}]`;
const sentAt = { monotonicMs: 0, wallMs: 0 };

describe('an answer', () => {
  const results = (modifyIndex: unknown) => ({
    Results: [{ KV: { Key: 'a/b', ModifyIndex: modifyIndex } }],
    Errors: null,
  });
  const errors = (...texts: string[]) =>
    answered({ Results: null, Errors: texts.map((What, OpIndex) => ({ OpIndex, What })) }, 409);
  const acquire = (consul: Consul) => acquireKey(consul, { ...lock, expected: { modifyIndex: 5 } });
  const refused = (reason: string) => ({ kind: 'refused', reason, sentAt });

  it.each<[string, (consul: Consul) => Observable<unknown>, TransportResponse, unknown]>([
    [
      'a session',
      (consul) => createSession(consul, spec),
      answered({ ID: 's' }),
      { id: 's', sentAt },
    ],
    [
      'a renewal',
      (consul) => renewSession(consul, 's'),
      answered([session]),
      { id: 's', ttlMs: 10_000 },
    ],
    [
      'what is known of a session',
      (consul) => readSession(consul, 's'),
      answered([session]),
      {
        ...{ id: 's', name: 'n', node: 'node', lockDelayMs: 500, behavior: 'release' },
        ...{ ttlMs: 10_000, createIndex: 4 },
      },
    ],
    ['that a session is unknown', (consul) => readSession(consul, 's'), answered([]), undefined],
    [
      'an entry, with all digits of its flags',
      (consul) => readKey(consul, 'a/b'),
      answered(entry),
      {
        ...{ index: 7, sentAt },
        entry: {
          ...{ key: 'a/b', value: 'ü', flags: 3304740253564472344n, sessionId: 's' },
          ...{ createIndex: 1, modifyIndex: 5, lockIndex: 2 },
        },
      },
    ],
    [
      'that there is no entry',
      (consul) => readKey(consul, 'a/b'),
      answered('', 404),
      { entry: undefined, index: 7, sentAt },
    ],
    ['a release', (consul) => releaseKey(consul, lock), answered(false), false],
    ['an acquisition', acquire, answered(results(5)), { kind: 'acquired', modifyIndex: 5, sentAt }],
    [
      'a lock that is held',
      acquire,
      errors('failed to lock key "a/b", lock is already held'),
      refused('held'),
    ],
    [
      'a lock-delay',
      acquire,
      errors('failed to lock key "a/b", due to lock delay'),
      refused('lock-delay'),
    ],
    [
      'an entry that changed, whatever else is said',
      acquire,
      errors('current modify index 5 did not match: failed index check', 'lock is already held'),
      refused('changed'),
    ],
    ['a key that exists', acquire, errors('key "a/b" exists'), refused('changed')],
    ['a key that is gone', acquire, errors('key "a/b" doesn\'t exist'), refused('changed')],
    [
      'a lock-delay, in other words',
      acquire,
      errors('failed to lock key "a/b" due to lock delay', 'lock is already held'),
      refused('lock-delay'),
    ],
  ])('tells %s', (_, call, response, expected) => {
    marbles(({ time, cold, expectObservable }) => {
      const consul = scriptedConsul(time, () => cold('--(r|)', { r: response }));
      expectObservable(call(consul)).toBe('--(a|)', { a: expected });
    });
  });

  it.each<[string, TransportResponse, object]>([
    ['an unknown refusal', errors('something new'), { code: 'REQUEST_REJECTED' }],
    ['an index that is no number', answered(results('5')), { code: 'ANSWER_MALFORMED' }],
    ['another key', answered({ Results: [] }), { code: 'ANSWER_MALFORMED' }],
    ['a refusal without a reason', errors(), { code: 'REQUEST_REJECTED', retryable: false }],
    ['a refusal that is cut short', answered('{"Errors":[', 409), { code: 'ANSWER_MALFORMED' }],
    [
      'another session of the key',
      errors('failed session check for key "a/b", current session "x" != "s"'),
      { code: 'REQUEST_REJECTED', retryable: false },
    ],
    ['an unknown token', errors('ACL not found'), { code: 'TOKEN_UNKNOWN', retryable: false }],
    [
      'no permission',
      errors('Permission denied'),
      { code: 'PERMISSION_DENIED', details: { rule: 'key "a/b" { policy = "write" }' } },
    ],
    ['a lost session', errors('invalid session "s"'), { code: 'SESSION_LOST' }],
    [
      'a lost session where the entry has changed, too',
      errors('failed index check for key "a/b", current index 6 != 5', 'invalid session "s"'),
      { code: 'SESSION_LOST' },
    ],
  ])('to an acquisition can be an error: %s', (_, response, expected) => {
    marbles(({ time, cold, expectObservable }) => {
      const consul = scriptedConsul(time, () => cold('-r', { r: response }));
      expectObservable(acquire(consul)).toBe('-#', undefined, expect.objectContaining(expected));
    });
  });
});
