import type { Scenario } from '../scenario.js';
import { base64, containing, json } from '../harness.js';

const nobody = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const value = base64('hello');

export const transactions: readonly Scenario[] = [
  {
    name: 'a lock acquires in one round trip, says the indexes, and leaves the value out',
    *script({ transact, entry, session, key }) {
      const id = yield* session();
      const lock = { Verb: 'lock', Key: key('a'), Value: value, Session: id, Flags: 7 };
      const answer = json(yield* transact(lock));
      const held = yield* entry('a');
      expect(held).toMatchObject({ Session: id, Flags: 7, LockIndex: 1, Value: value });
      expect(answer).toEqual({ Results: [{ KV: { ...held, Value: null } }], Errors: null });
      expect(json(yield* transact(lock))).toEqual(answer);
    },
  },
  {
    name: 'an unlock releases, and only what this session holds',
    *script({ transact, entry, session, key }) {
      const [first, second] = [yield* session(), yield* session()];
      const unlock = (id: string) => ({ Verb: 'unlock', Key: key('a'), Session: id });
      const what = `failed to unlock key "${key('a')}", lock isn't held, or is held by another session`;
      expect(yield* errors(yield* transact(unlock(first)))).toEqual([what]);
      yield* transact({ Verb: 'lock', Key: key('a'), Session: first });
      expect(yield* errors(yield* transact(unlock(second)))).toEqual([what]);
      expect((yield* transact(unlock(first))).status).toBe(200);
      expect(yield* entry('a')).not.toHaveProperty('Session');
    },
  },
  {
    name: 'a refused lock says why',
    *script({ transact, session, destroy, key }) {
      const [first, second] = [yield* session({ LockDelay: '60s' }), yield* session()];
      const lock = (Session: string) => ({ Verb: 'lock', Key: key('a'), Session });
      expect(yield* errors(yield* transact(lock('')))).toEqual(['missing session']);
      expect(yield* errors(yield* transact(lock(nobody)))).toEqual([`invalid session "${nobody}"`]);
      yield* transact(lock(first));
      expect(yield* errors(yield* transact(lock(second)))).toEqual([
        `failed to lock key "${key('a')}", lock is already held`,
      ]);
      yield* destroy(first);
      expect(yield* errors(yield* transact(lock(second)))).toEqual([
        `failed to lock key "${key('a')}" due to lock delay`,
      ]);
    },
  },
  {
    name: 'a lock-delay is reported alone, and by its place',
    *script({ transact, session, destroy, key }) {
      const first = yield* session({ LockDelay: '60s' });
      yield* transact({ Verb: 'lock', Key: key('a'), Session: first });
      yield* destroy(first);
      const refused = yield* transact(
        { Verb: 'get', Key: key('none') },
        { Verb: 'lock', Key: key('a'), Session: first },
      );
      const What = `failed to lock key "${key('a')}" due to lock delay`;
      expect(json(refused)).toEqual({ Results: null, Errors: [{ OpIndex: 1, What }] });
    },
  },
  {
    name: 'checks of the session name the one that holds the key',
    *script({ transact, put, session, key }) {
      const [first, second] = [yield* session(), yield* session()];
      const check = (Session: string) => ({ Verb: 'check-session', Key: key('a'), Session });
      expect(yield* errors(yield* transact(check(first)))).toEqual([
        `failed to check session, key "${key('a')}" doesn't exist`,
      ]);
      yield* put('a', 'x');
      expect(yield* errors(yield* transact(check(first)))).toEqual([
        `failed session check for key "${key('a')}", current session "" != "${first}"`,
      ]);
      yield* put('a', 'x', { acquire: first });
      expect(yield* errors(yield* transact(check(second)))).toEqual([
        `failed session check for key "${key('a')}", current session "${first}" != "${second}"`,
      ]);
      expect(json(yield* transact(check(first)))).toMatchObject({
        Results: [{ KV: { Session: first, Value: null } }],
      });
    },
  },
  {
    name: 'checks of index and absence say what is there instead',
    *script({ transact, put, entry, key }) {
      const check = { Verb: 'check-index', Key: key('a'), Index: 1 };
      const absent = { Verb: 'check-not-exists', Key: key('a') };
      expect(yield* errors(yield* transact(check))).toEqual([
        `failed to check index, key "${key('a')}" doesn't exist`,
      ]);
      expect(json(yield* transact(absent))).toMatchObject({ Results: [], Errors: null });
      yield* put('a', 'x');
      const { ModifyIndex } = yield* entry('a');
      expect(yield* errors(yield* transact(check))).toEqual([
        `failed index check for key "${key('a')}", current modify index ${ModifyIndex} != 1`,
      ]);
      expect(yield* errors(yield* transact(absent))).toEqual([`key "${key('a')}" exists`]);
      expect((yield* transact({ ...check, Index: ModifyIndex })).status).toBe(200);
    },
  },
  {
    name: 'set, cas and the deletions do what their requests do',
    *script({ transact, entry, get, key }) {
      const [Key, stale] = [key('a'), `failed to set key "${key('a')}", index is stale`];
      expect(yield* errors(yield* transact({ Verb: 'cas', Key, Index: 5 }))).toEqual([stale]);
      expect((yield* transact({ Verb: 'cas', Key, Index: 0, Value: value })).status).toBe(200);
      expect(yield* errors(yield* transact({ Verb: 'cas', Key, Index: 0 }))).toEqual([stale]);
      expect(yield* entry('a')).toMatchObject({ Value: value });
      const deletion = { Verb: 'delete-cas', Key, Index: 1 };
      expect(yield* errors(yield* transact(deletion))).toEqual([
        `failed to delete key "${Key}", index is stale`,
      ]);
      const deleted = yield* transact({ Verb: 'delete', Key });
      expect(json(deleted)).toEqual({ Results: [], Errors: null });
      expect((yield* get('a')).status).toBe(404);
      expect((yield* transact(deletion)).status).toBe(200);
      yield* transact({ Verb: 'set', Key: key('t/1') }, { Verb: 'set', Key: key('t/2') });
      yield* transact({ Verb: 'delete-tree', Key: key('t/') });
      expect((yield* get('t/', { recurse: '' })).status).toBe(404);
    },
  },
  {
    name: 'all operations share one index and see the ones before them',
    *script({ transact, key }) {
      const answer = json(
        yield* transact(
          { Verb: 'set', Key: key('a'), Value: value },
          { Verb: 'set', Key: key('b') },
          { Verb: 'get', Key: key('a') },
          { Verb: 'delete', Key: key('b') },
          { Verb: 'check-not-exists', Key: key('b') },
          { Verb: 'get-tree', Key: key('') },
        ),
      ) as { Results: { KV: { Key: string; Value: string | null; ModifyIndex: number } }[] };
      const results = answer.Results.map(({ KV }) => [KV.Key, KV.Value]);
      expect(results).toEqual([
        ...[
          [key('a'), null],
          [key('b'), null],
          [key('a'), value],
          [key('a'), value],
        ],
      ]);
      expect(new Set(answer.Results.map(({ KV }) => KV.ModifyIndex)).size).toBe(1);
    },
  },
  {
    name: 'all or nothing: every operation that fails is listed, and none has an effect',
    *script({ transact, put, get, entry, key }) {
      yield* put('a', 'x');
      const before = yield* entry('a');
      const refused = yield* transact(
        { Verb: 'set', Key: key('a'), Value: value },
        { Verb: 'get', Key: key('none') },
        { Verb: 'set', Key: key('b'), Value: value },
        { Verb: 'check-not-exists', Key: key('b') },
      );
      expect(refused.status).toBe(409);
      expect(json(refused)).toEqual({
        Results: null,
        Errors: [
          { OpIndex: 1, What: `key "${key('none')}" doesn't exist` },
          { OpIndex: 3, What: `key "${key('b')}" exists` },
        ],
      });
      expect(yield* entry('a')).toEqual(before);
      expect((yield* get('b')).status).toBe(404);
    },
  },
  {
    name: 'a transaction that only reads says how fresh it is',
    *script({ transact, put, key }) {
      yield* put('a', 'hello');
      expect(json(yield* transact({ Verb: 'get', Key: key('a') }))).toMatchObject({
        Results: [{ KV: { Key: key('a'), Value: value } }],
        ...{ Errors: null, KnownLeader: true, LastContact: 0 },
      });
    },
  },
  {
    name: 'an unknown verb and a missing key are refused',
    *script({ transact, key }) {
      expect(yield* errors(yield* transact({ Verb: 'nope', Key: key('a') }))).toEqual([
        'unknown KV verb "nope"',
      ]);
      const refused = yield* transact({ Verb: 'get', Key: key('a') }, { Verb: 'set' });
      expect(json(refused)).toMatchObject({
        Results: null,
        Errors: [{ OpIndex: 1, What: 'Must provide key' }],
      });
    },
  },
  {
    name: 'at most 64 operations go into one transaction',
    *script({ transact, key }) {
      const operations = Array.from({ length: 65 }, () => ({ Verb: 'set', Key: key('a') }));
      expect((yield* transact(...operations.slice(1))).status).toBe(200);
      expect(yield* transact(...operations)).toMatchObject({
        ...{ status: 413, body: 'Transaction contains too many operations (65 > 64)' },
      });
    },
  },
  ...(
    [
      ['', 'Failed to parse body: EOF'],
      [
        '{}',
        'Failed to parse body: json: cannot unmarshal object into Go value of type api.TxnOps',
      ],
      ['[{"KV":{"Verb":"set","Key":"a","Value":"no!"}}]', 'illegal base64 data at input byte 2'],
      ['[{"KV":{"Verb":"set","Key":"a","Flags":-1}}]', 'cannot unmarshal number -1 into Go struct'],
      ['[{"Other":{}}]', 'json: unknown field "Other"'],
    ] as const
  ).map(([body, text]): Scenario => ({
    name: `a transaction of ${JSON.stringify(body)} is refused in plain text`,
    *script({ ask }) {
      const answer = yield* ask('PUT', '/v1/txn', { body });
      expect(answer).toMatchObject({ status: 400, body: containing(text) });
    },
  })),
  {
    name: 'a body above 512 KiB is refused',
    *script({ ask }) {
      const body = `[${' '.repeat(524_288)}]`;
      expect((yield* ask('PUT', '/v1/txn', { body })).status).toBe(413);
    },
  },
];

/** What went wrong, of a transaction that was refused. */
function* errors(answer: Parameters<typeof json>[0]): Generator<never, readonly string[]> {
  expect(answer.status).toBe(409);
  return (json(answer) as { Errors: { What: string }[] }).Errors.map(({ What }) => What);
}
