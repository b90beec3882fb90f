import type { Scenario } from '../scenario.js';
import { aNumber, containing, json } from '../harness.js';

const nobody = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
const malformed = 'failed session lookup: index error: UUID must be 36 characters';

export const sessions: readonly Scenario[] = [
  {
    name: 'a session says back what it was made of',
    *script({ session, info, nodeName }) {
      const id = yield* session({ Name: 'n', TTL: '10s', LockDelay: '1.5s', Behavior: 'delete' });
      expect(yield* info(id)).toEqual([
        {
          ...{ ID: id, Name: 'n', Node: nodeName, TTL: '10s', Behavior: 'delete' },
          ...{ LockDelay: 1_500_000_000, NodeChecks: [], ServiceChecks: null },
          ...{ CreateIndex: aNumber, ModifyIndex: aNumber },
        },
      ]);
    },
  },
  {
    name: 'a session that asks for nothing has no TTL, a lock-delay of 15 s, and depends on serfHealth',
    *script({ ask }) {
      const { ID } = json(yield* ask('PUT', '/v1/session/create')) as { ID: string };
      const described = json(yield* ask('GET', `/v1/session/info/${ID}`));
      expect(described).toMatchObject([
        { TTL: '', LockDelay: 15_000_000_000, Behavior: 'release', NodeChecks: ['serfHealth'] },
      ]);
      yield* ask('PUT', `/v1/session/destroy/${ID}`);
    },
  },
  {
    name: 'an empty list of checks means none, by the new name and by the old',
    *script({ create, info, destroy }) {
      for (const body of [{ Checks: [] }, { NodeChecks: [] }, { Checks: null }]) {
        const { ID } = json(yield* create(body)) as { ID: string };
        expect(yield* info(ID)).toMatchObject([{ NodeChecks: [] }]);
        yield* destroy(ID);
      }
    },
  },
  ...(['10s', '10000ms', '1.5m', '1h0m30s', '24h', '0s', ''] as const).map((ttl): Scenario => ({
    name: `a TTL of '${ttl}' is taken and said back word for word`,
    *script({ session, info, destroy }) {
      const id = yield* session({ TTL: ttl });
      expect(yield* info(id)).toMatchObject([{ TTL: ttl }]);
      yield* destroy(id);
    },
  })),
  ...(
    [
      ['9s', "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]"],
      ['24h1s', "Invalid Session TTL '86401000000000', must be between [10s=24h0m0s]"],
      ['-10s', "Invalid Session TTL '-10000000000', must be between [10s=24h0m0s]"],
      ['10', `Session TTL '10' invalid: time: missing unit in duration "10"`],
      ['10z', `Session TTL '10z' invalid: time: unknown unit "z" in duration "10z"`],
      ['soon', `Session TTL 'soon' invalid: time: invalid duration "soon"`],
    ] as const
  ).map(([ttl, text]): Scenario => ({
    name: `a TTL of '${ttl}' is refused`,
    *script({ create }) {
      expect(yield* create({ TTL: ttl, Checks: [] })).toMatchObject({ status: 500, body: text });
    },
  })),
  ...(
    [
      ['0s', 0],
      ['500ms', 500_000_000],
      ['61s', 61_000_000_000],
      [null, 15_000_000_000],
      [5, 5_000_000_000],
      [999, 999_000_000_000],
      [1000, 1000],
      [1_500_000_000, 1_500_000_000],
    ] as const
  ).map(([given, ns]): Scenario => ({
    name: `a lock-delay of ${JSON.stringify(given)} is kept as ${ns} ns`,
    *script({ session, info, destroy }) {
      const id = yield* session({ LockDelay: given });
      expect(yield* info(id)).toMatchObject([{ LockDelay: ns }]);
      yield* destroy(id);
    },
  })),
  ...(
    [
      [{ TTL: 10 }, 400, 'json: cannot unmarshal number into Go struct field .TTL of type string'],
      [{ LockDelay: '5' }, 400, 'Request decode failed: time: missing unit in duration "5"'],
      [[], 400, 'Request decode failed: json: cannot unmarshal array into Go value'],
      [{ Behavior: 'nope' }, 500, "Invalid Behavior setting 'nope'"],
      [{ Checks: ['nope'] }, 500, "Missing check 'nope' registration"],
      [{ NodeChecks: ['nope'] }, 500, "Missing check 'nope' registration"],
      [{ Node: 'nope' }, 500, 'Missing node registration'],
    ] as const
  ).map(([body, status, text]): Scenario => ({
    name: `a session made of ${JSON.stringify(body)} is refused in plain text`,
    *script({ create }) {
      const answer = yield* create(body);
      expect(answer).toMatchObject({ status, body: containing(text) });
      expect(answer.headers['content-type']).toContain('text/plain');
    },
  })),
  {
    name: 'names of fields match in any case, and unknown fields are ignored',
    *script({ create, info, destroy }) {
      const answer = yield* create({ ttl: '11s', lockdelay: '1s', checks: [], Unknown: 1 });
      const { ID } = json(answer) as { ID: string };
      expect(yield* info(ID)).toMatchObject([{ TTL: '11s', LockDelay: 1_000_000_000 }]);
      yield* destroy(ID);
    },
  },
  {
    name: 'a namespace is refused, and so is an unknown datacenter',
    *script({ ask }) {
      for (const [method, path] of [
        ['PUT', '/v1/session/create'],
        ['GET', '/v1/kv/anything'],
      ] as const) {
        expect(yield* ask(method, path, { query: { ns: 'x' } })).toMatchObject({
          status: 400,
          body: containing('Namespaces are a Consul Enterprise feature'),
        });
        expect(yield* ask(method, path, { query: { dc: 'nope' } })).toMatchObject({
          ...{ status: 500, body: 'No path to datacenter' },
        });
      }
    },
  },
  {
    name: 'a renewal answers a list of one session, and 404 once it is gone',
    *script({ ask, session, destroy }) {
      const id = yield* session({ TTL: '10s' });
      const renewed = yield* ask('PUT', `/v1/session/renew/${id}`);
      expect(json(renewed)).toMatchObject([{ ID: id, TTL: '10s' }]);
      yield* destroy(id);
      expect(yield* ask('PUT', `/v1/session/renew/${id}`)).toMatchObject({
        ...{ status: 404, body: `Session id '${id}' not found` },
      });
    },
  },
  {
    name: 'destroying answers true, also for a session that never was',
    *script({ session, destroy, info }) {
      const id = yield* session();
      expect(json(yield* destroy(id))).toBe(true);
      expect(yield* info(id)).toEqual([]);
      expect(json(yield* destroy(nobody))).toBe(true);
    },
  },
  {
    name: 'an ID that is missing or malformed is refused',
    *script({ ask }) {
      for (const [method, path] of [
        ['PUT', '/v1/session/renew/'],
        ['PUT', '/v1/session/destroy/'],
        ['GET', '/v1/session/info/'],
      ] as const) {
        expect(yield* ask(method, path)).toMatchObject({ status: 400, body: 'Missing session' });
        expect(yield* ask(method, `${path}x`)).toMatchObject({ status: 500, body: malformed });
      }
    },
  },
  {
    name: 'lists hold every session of the node',
    *script({ ask, session, nodeName }) {
      const id = yield* session();
      for (const path of ['/v1/session/list', `/v1/session/node/${nodeName}`]) {
        expect(json(yield* ask('GET', path))).toContainEqual(expect.objectContaining({ ID: id }));
      }
      expect(json(yield* ask('GET', '/v1/session/node/nope'))).toEqual([]);
    },
  },
];
