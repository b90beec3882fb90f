import type { Scenario } from '../scenario.js';
import { aNumber, base64, indexOf, json } from '../harness.js';

export const keys: readonly Scenario[] = [
  {
    name: 'an entry says what was written and at which index',
    *script({ get, put, entry, key }) {
      expect(json(yield* put('a', 'hello', { flags: '7' }))).toBe(true);
      const created = yield* entry('a');
      expect(created).toEqual({
        ...{ LockIndex: 0, Key: key('a'), Flags: 7, Value: base64('hello') },
        ...{ CreateIndex: created.ModifyIndex, ModifyIndex: aNumber },
      });
      yield* put('a', 'again');
      const changed = yield* entry('a');
      expect(changed).toMatchObject({ CreateIndex: created.CreateIndex, Flags: 0 });
      expect(changed.ModifyIndex).toBeGreaterThan(created.ModifyIndex);
      expect(indexOf(yield* get('a'))).toBe(changed.ModifyIndex);
    },
  },
  {
    name: 'writing the same again changes nothing',
    *script({ put, entry }) {
      yield* put('a', 'same');
      const before = yield* entry('a');
      yield* put('a', 'same');
      expect(yield* entry('a')).toEqual(before);
    },
  },
  {
    name: 'a missing key is a 404 with an index and without a body',
    *script({ get }) {
      for (const query of [{}, { raw: '' }, { recurse: '' }, { keys: '' }]) {
        const answer = yield* get('none', query);
        expect(answer).toMatchObject({ status: 404, body: '' });
        expect(indexOf(answer)).toBeGreaterThanOrEqual(1);
        expect(answer.headers).toMatchObject({ 'x-consul-knownleader': 'true' });
      }
    },
  },
  {
    name: '?raw gives the value itself',
    *script({ get, put }) {
      yield* put('a', 'übrig');
      const answer = yield* get('a', { raw: '' });
      expect(answer).toMatchObject({ status: 200, body: 'übrig' });
      expect(answer.headers['content-type']).toBe('text/plain');
    },
  },
  {
    name: '?recurse and ?keys list what is under a prefix, in order',
    *script({ get, put, key }) {
      for (const name of ['p/b/x', 'p/a', 'p/b/y', 'q']) yield* put(name, name);
      const entries = [{ Key: key('p/a') }, { Key: key('p/b/x') }, { Key: key('p/b/y') }];
      expect(json(yield* get('p/', { recurse: '' }))).toMatchObject(entries);
      const names = entries.map(({ Key }) => Key);
      expect(json(yield* get('p/', { keys: '' }))).toEqual(names);
      expect(json(yield* get('p/', { keys: '', separator: '/' }))).toEqual([
        ...[key('p/a'), key('p/b/')],
      ]);
    },
  },
  {
    name: '?cas writes only over the index that it names, and 0 only where there is nothing',
    *script({ put, entry }) {
      expect(json(yield* put('a', '1', { cas: '5' }))).toBe(false);
      expect(json(yield* put('a', '1', { cas: '0' }))).toBe(true);
      expect(json(yield* put('a', '2', { cas: '0' }))).toBe(false);
      const { ModifyIndex } = yield* entry('a');
      expect(json(yield* put('a', '2', { cas: String(ModifyIndex) }))).toBe(true);
      expect(json(yield* put('a', '3', { cas: String(ModifyIndex) }))).toBe(false);
      expect(yield* entry('a')).toMatchObject({ Value: base64('2') });
    },
  },
  {
    name: 'a deletion answers true, and with ?cas only for the index that it names',
    *script({ get, put, remove, entry }) {
      yield* put('a', '1');
      const { ModifyIndex } = yield* entry('a');
      expect(json(yield* remove('a', { cas: '0' }))).toBe(false);
      expect(json(yield* remove('a', { cas: String(ModifyIndex - 1) }))).toBe(false);
      expect(json(yield* remove('a', { cas: String(ModifyIndex) }))).toBe(true);
      expect((yield* get('a')).status).toBe(404);
      expect(json(yield* remove('a', { cas: '1' }))).toBe(true);
      expect(json(yield* remove('a'))).toBe(true);
    },
  },
  {
    name: 'a deletion with ?recurse takes all that is under the prefix',
    *script({ get, put, remove }) {
      for (const name of ['p/a', 'p/b/x', 'q']) yield* put(name, name);
      expect(json(yield* remove('p/', { recurse: '' }))).toBe(true);
      expect((yield* get('p/', { recurse: '' })).status).toBe(404);
      expect((yield* get('q')).status).toBe(200);
    },
  },
  {
    name: 'parameters that exclude each other are refused',
    *script({ get, put, remove }) {
      const conflicting = { status: 400, body: 'Conflicting flags: acquire=x&release=y' };
      expect(yield* put('a', '', { acquire: 'x', release: 'y' })).toMatchObject(conflicting);
      const cas = { status: 400, body: 'Conflicting flags: acquire=x&cas=1' };
      expect(yield* put('a', '', { cas: '1', acquire: 'x' })).toMatchObject(cas);
      const recurse = { status: 400, body: 'Conflicting flags: cas=1&recurse=' };
      expect(yield* remove('a', { recurse: '', cas: '1' })).toMatchObject(recurse);
      expect(yield* get('a', { stale: '', consistent: '' })).toMatchObject({
        status: 400,
        body: 'Cannot specify ?stale with ?consistent, conflicting semantics.',
      });
    },
  },
  ...(
    [
      ['PUT', { flags: 'x' }, 500, 'strconv.ParseUint: parsing "x": invalid syntax'],
      ['PUT', { flags: '-1' }, 500, 'strconv.ParseUint: parsing "-1": invalid syntax'],
      [
        ...(['PUT', { flags: '18446744073709551616' }, 500] as const),
        'strconv.ParseUint: parsing "18446744073709551616": value out of range',
      ],
      ['PUT', { cas: '' }, 500, 'strconv.ParseUint: parsing "": invalid syntax'],
      ['DELETE', { cas: 'x' }, 500, 'strconv.ParseUint: parsing "x": invalid syntax'],
      ['GET', { index: 'x' }, 400, 'Invalid index'],
      ['GET', { wait: '5' }, 400, 'Invalid wait time'],
    ] as const
  ).map(([method, query, status, body]): Scenario => ({
    name: `${method} with ${JSON.stringify(query)} is refused`,
    *script({ ask, key }) {
      const answer = yield* ask(method, `/v1/kv/${key('a')}`, { query });
      expect(answer).toMatchObject({ status, body });
    },
  })),
  {
    name: 'a key must have a name',
    *script({ ask }) {
      for (const method of ['GET', 'PUT', 'DELETE'] as const) {
        const answer = yield* ask(method, '/v1/kv/');
        expect(answer).toMatchObject({ status: 400, body: 'Missing key name' });
      }
    },
  },
  {
    name: 'characters outside of the alphabet travel percent-encoded',
    *script({ put, ask, key }) {
      yield* put('a%20b%25', 'x');
      const answer = yield* ask('GET', `/v1/kv/${key('a%20b%25')}`);
      expect(json(answer)).toMatchObject([{ Key: key('a b%') }]);
    },
  },
  ...(
    [
      ['a//b', 'a/b'],
      ['a/./b', 'a/b'],
      ['a/../b', 'b'],
      ['/a', 'a'],
    ] as const
  ).map(([name, other]): Scenario => ({
    name: `a request for the key ${name} is sent to another key, and has no effect`,
    *script({ get, put, key }) {
      for (const answer of [yield* get(name), yield* put(name, 'x')]) {
        expect(answer.status).toBe(301);
        expect(answer.headers).toMatchObject({ location: `/v1/kv/${key(other)}` });
      }
      expect((yield* get(other)).status).toBe(404);
    },
  })),
  {
    name: 'a value may have 512 KiB and not one byte more',
    *script({ put, get }) {
      expect(json(yield* put('a', 'x'.repeat(524_288)))).toBe(true);
      const refused = yield* put('a', 'x'.repeat(524_289));
      expect(refused.status).toBe(413);
      expect(refused.body).toContain('Request body(524289 bytes) too large');
      expect((yield* get('a', { raw: '' })).body).toHaveLength(524_288);
    },
  },
];
