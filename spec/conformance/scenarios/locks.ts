import { tickMs } from '../endings.js';
import { all } from '../script.js';
import type { Scenario } from '../scenario.js';
import { base64, containing, json } from '../harness.js';

const nobody = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';

export const locks: readonly Scenario[] = [
  {
    name: 'one session holds the key until it releases it',
    *script({ put, entry, session }) {
      const [first, second] = [yield* session(), yield* session()];
      expect(json(yield* put('lock', 'a', { acquire: first }))).toBe(true);
      expect(json(yield* put('lock', 'b', { acquire: second }))).toBe(false);
      expect(yield* entry('lock')).toMatchObject({ Session: first, Value: base64('a') });
      expect(json(yield* put('lock', 'c', { release: second }))).toBe(false);
      expect(json(yield* put('lock', 'd', { release: first }))).toBe(true);
      expect(json(yield* put('lock', 'e', { release: first }))).toBe(false);
      const released = yield* entry('lock');
      expect(released).toMatchObject({ Value: base64('d'), LockIndex: 1 });
      expect(released).not.toHaveProperty('Session');
      expect(json(yield* put('lock', 'f', { acquire: second }))).toBe(true);
      expect(yield* entry('lock')).toMatchObject({ Session: second, LockIndex: 2 });
    },
  },
  {
    name: 'an unknown session cannot acquire, and releases nothing',
    *script({ put }) {
      expect(yield* put('lock', 'a', { acquire: nobody })).toMatchObject({
        ...{ status: 500, body: `invalid session "${nobody}"` },
      });
      expect(yield* put('lock', 'a', { acquire: 'nope' })).toMatchObject({
        ...{ status: 500, body: containing('UUID must be 36 characters') },
      });
      expect(yield* put('lock', 'a', { acquire: '' })).toMatchObject({
        ...{ status: 500, body: 'missing session' },
      });
      expect(json(yield* put('lock', 'a', { release: nobody }))).toBe(false);
      expect(json(yield* put('lock', 'a', { release: 'nope' }))).toBe(false);
    },
  },
  {
    name: 'acquiring and releasing without a body erases the value',
    *script({ put, entry, session }) {
      const id = yield* session();
      yield* put('lock', 'a');
      yield* put('lock', '', { acquire: id });
      expect(yield* entry('lock')).toMatchObject({ Value: null, Session: id });
      yield* put('lock', 'b', { acquire: id });
      yield* put('lock', '', { release: id });
      expect(yield* entry('lock')).toMatchObject({ Value: null });
    },
  },
  {
    name: 'acquiring again with the same value changes nothing, with another value the index',
    *script({ put, entry, session }) {
      const id = yield* session();
      yield* put('lock', 'a', { acquire: id });
      const before = yield* entry('lock');
      expect(json(yield* put('lock', 'a', { acquire: id }))).toBe(true);
      expect(yield* entry('lock')).toEqual(before);
      yield* put('lock', 'b', { acquire: id });
      const after = yield* entry('lock');
      expect(after.LockIndex).toBe(before.LockIndex);
      expect(after.ModifyIndex).toBeGreaterThan(before.ModifyIndex);
    },
  },
  {
    name: 'a plain write to a held key is allowed, keeps the holder and sets the lock index to 0',
    *script({ put, entry, session }) {
      const id = yield* session();
      yield* put('lock', 'a', { acquire: id });
      expect(json(yield* put('lock', 'a'))).toBe(true);
      expect(yield* entry('lock')).toMatchObject({ Session: id, LockIndex: 0 });
    },
  },
  {
    name: 'a deleted key is free at once, and its next holder has a greater index',
    *script({ put, remove, entry, session }) {
      const [first, second] = [yield* session({ LockDelay: '60s' }), yield* session()];
      yield* put('lock', 'a', { acquire: first });
      const { ModifyIndex } = yield* entry('lock');
      expect(json(yield* remove('lock'))).toBe(true);
      expect(json(yield* put('lock', 'b', { acquire: second }))).toBe(true);
      const next = yield* entry('lock');
      expect(next).toMatchObject({ Session: second, LockIndex: 1 });
      expect(next.ModifyIndex).toBeGreaterThan(ModifyIndex);
    },
  },
  {
    name: 'an ID in capitals is the same session but another holder',
    *script({ ask, put, session }) {
      const id = yield* session({ TTL: '10s' });
      const capitals = id.toUpperCase();
      yield* put('lock', 'a', { acquire: id });
      expect(json(yield* put('lock', 'a', { acquire: capitals }))).toBe(id === capitals);
      const renewed = yield* ask('PUT', `/v1/session/renew/${capitals}`);
      expect(json(renewed)).toMatchObject([{ ID: id }]);
    },
  },
  {
    name: 'of fifty sessions that acquire at once exactly one succeeds',
    *script({ put, session }) {
      const ids = yield* all(Array.from({ length: 50 }, () => () => session()));
      const answers = yield* all(ids.map((id) => () => put('lock', id, { acquire: id })));
      expect(answers.filter((answer) => json(answer) === true)).toHaveLength(1);
    },
  },
  {
    name: 'flags keep all of their 64 bits',
    *script({ put, entry }) {
      yield* put('lock', 'a', { flags: '3304740253564472344' });
      expect((yield* entry('lock')).Flags).toBe(3304740253564472344n);
      yield* put('lock', 'a', { flags: '18446744073709551615' });
      expect((yield* entry('lock')).Flags).toBe(18446744073709551615n);
    },
  },
];

export const lockDelays: readonly Scenario[] = [
  {
    name: 'a destroyed session bars its key until the lock-delay ends, and wakes nobody then',
    *script({ get, put, entry, session, destroy, nowMs }) {
      const [first, second] = [yield* session({ LockDelay: '2s' }), yield* session()];
      yield* put('lock', 'a', { acquire: first });
      yield* destroy(first);
      const free = yield* entry('lock');
      expect(free).toMatchObject({ LockIndex: 1, Value: base64('a') });
      expect(json(yield* put('lock', 'b', { acquire: second }))).toBe(false);
      const askedAtMs = nowMs();
      yield* get('lock', { index: String(free.ModifyIndex), wait: '5s' });
      // Nothing woke it before its time, which is later than the end of the lock-delay.
      expect(nowMs() - askedAtMs).toBeGreaterThanOrEqual(5_000 - tickMs);
      expect(json(yield* put('lock', 'b', { acquire: second }))).toBe(true);
    },
  },
  {
    name: 'a lock-delay is looked at before the session',
    *script({ put, session, destroy, transact, key }) {
      const first = yield* session({ LockDelay: '60s' });
      yield* put('lock', 'a', { acquire: first });
      yield* destroy(first);
      expect(json(yield* put('lock', 'b', { acquire: first }))).toBe(false);
      const refused = yield* transact({ Verb: 'lock', Key: key('lock'), Session: nobody });
      expect(refused.body).toContain('due to lock delay');
    },
  },
  {
    name: 'a plain write is allowed during the lock-delay',
    *script({ put, entry, session, destroy }) {
      const first = yield* session({ LockDelay: '60s' });
      yield* put('lock', 'a', { acquire: first });
      yield* destroy(first);
      expect(json(yield* put('lock', 'b'))).toBe(true);
      expect(yield* entry('lock')).toMatchObject({ Value: base64('b') });
    },
  },
  {
    name: 'released, then destroyed: no lock-delay',
    *script({ put, session, destroy }) {
      const [first, second] = [yield* session({ LockDelay: '60s' }), yield* session()];
      yield* put('lock', 'a', { acquire: first });
      yield* put('lock', 'a', { release: first });
      yield* destroy(first);
      expect(json(yield* put('lock', 'b', { acquire: second }))).toBe(true);
    },
  },
  {
    name: 'a session with behavior delete takes its keys along, and the lock-delay applies',
    *script({ get, put, session, destroy }) {
      const [first, second] = [
        yield* session({ LockDelay: '60s', Behavior: 'delete' }),
        yield* session(),
      ];
      yield* put('lock', 'a', { acquire: first });
      yield* destroy(first);
      expect((yield* get('lock')).status).toBe(404);
      expect(json(yield* put('lock', 'b', { acquire: second }))).toBe(false);
    },
  },
  {
    name: 'a critical check ends the sessions that depend on it, and only those',
    alone: true,
    *script({ create, info, put, entry, session, setNodeCheck }) {
      const { ID } = json(yield* create({ LockDelay: '60s' })) as { ID: string };
      const other = yield* session();
      yield* put('lock', 'a', { acquire: ID });
      yield* setNodeCheck('serfHealth', 'critical');
      expect(yield* info(ID)).toEqual([]);
      expect(yield* info(other)).toHaveLength(1);
      expect(yield* entry('lock')).not.toHaveProperty('Session');
      expect(json(yield* put('lock', 'b', { acquire: other }))).toBe(false);
      expect(yield* create({})).toMatchObject({
        ...{ status: 500, body: "Check 'serfHealth' is in critical state" },
      });
      yield* setNodeCheck('serfHealth', 'passing');
      expect((yield* create({})).status).toBe(200);
    },
  },
];
