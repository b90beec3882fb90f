import type { Scenario } from '../scenario.js';
import { aNumber, indexOf, json, type Harness } from '../harness.js';
import type { Script } from '../script.js';

const address = '127.0.0.1';
const anId = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) as unknown;
const aRaftAddress = expect.stringMatching(/^127\.0\.0\.1:\d+$/) as unknown;

/** The JSON of a reading without parameters. */
function* read({ ask }: Harness, path: string): Script<unknown> {
  const answer = yield* ask('GET', path);
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
  return json(answer);
}

const nodeOf = ({ nodeName }: Harness) => ({
  ...{ ID: anId, Node: nodeName, Address: address, Datacenter: 'dc1' },
  TaggedAddresses: expect.objectContaining({ lan: address, wan: address }) as unknown,
  ...{ Meta: { 'consul-network-segment': '' }, CreateIndex: aNumber, ModifyIndex: aNumber },
});

const memberOf = ({ nodeName }: Harness) => ({
  ...{ Name: nodeName, Addr: address, Port: aNumber, Status: 1 },
  ...{ ProtocolMin: 1, ProtocolMax: 5, ProtocolCur: 2 },
  ...{ DelegateMin: 2, DelegateMax: 5, DelegateCur: 4 },
  Tags: expect.objectContaining({
    ...{ dc: 'dc1', id: anId, role: 'consul', build: '1.8.7:', vsn: '2', raft_vsn: '3' },
  }) as unknown,
});

export const cluster: readonly Scenario[] = [
  {
    name: 'the raft leader has an address, and is the only peer',
    *script(harness) {
      const leader = yield* read(harness, '/v1/status/leader');
      expect(leader).toEqual(aRaftAddress);
      expect(yield* read(harness, '/v1/status/peers')).toEqual([leader]);
      expect(yield* read(harness, '/v1/operator/raft/configuration')).toEqual({
        Servers: [
          {
            ...{ ID: anId, Node: harness.nodeName, Address: leader },
            ...{ Leader: true, Voter: true, ProtocolVersion: '3' },
          },
        ],
        Index: aNumber,
      });
    },
  },
  {
    name: 'the agent tells of its node, of itself as a member and of its raft',
    *script(harness) {
      expect(yield* read(harness, '/v1/agent/self')).toMatchObject({
        Config: {
          ...{ Datacenter: 'dc1', NodeName: harness.nodeName, NodeID: anId },
          ...{ Server: true, Version: '1.8.7', Revision: '' },
        },
        Member: memberOf(harness),
        Stats: {
          build: { version: '1.8.7' },
          consul: { acl: 'disabled', leader: 'true', leader_addr: aRaftAddress, server: 'true' },
          raft: {
            ...{ state: 'Leader', num_peers: '0', last_contact: '0', protocol_version: '3' },
            applied_index: expect.stringMatching(/^\d+$/) as unknown,
          },
        },
        Meta: { 'consul-network-segment': '' },
      });
    },
  },
  {
    name: 'the raft index of the statistics is that of the latest write',
    *script(harness) {
      yield* harness.put('a', 'x');
      const { ModifyIndex } = yield* harness.entry('a');
      const { Stats } = (yield* read(harness, '/v1/agent/self')) as {
        Stats: { raft: { applied_index: string } };
      };
      expect(Number(Stats.raft.applied_index)).toBeGreaterThanOrEqual(ModifyIndex);
    },
  },
  {
    name: 'the members are the one agent, in both pools',
    *script(harness) {
      const lan = [memberOf(harness)];
      expect(yield* read(harness, '/v1/agent/members')).toEqual(lan);
      const members = (query: Readonly<Record<string, string>>) =>
        harness.ask('GET', '/v1/agent/members', { query });
      expect(json(yield* members({ segment: '_all' }))).toEqual(lan);
      const wan = [{ ...memberOf(harness), Name: `${harness.nodeName}.dc1` }];
      expect(json(yield* members({ wan: '1', segment: '_all' }))).toEqual(wan);
      expect(yield* members({ segment: 'x' })).toMatchObject({
        ...{ status: 500, body: 'Network segments are not supported in this version of Consul' },
      });
    },
  },
  {
    name: 'the catalog has the one node, its datacenter and its service',
    *script(harness) {
      const node = nodeOf(harness);
      expect(yield* read(harness, '/v1/catalog/datacenters')).toEqual(['dc1']);
      expect(yield* read(harness, '/v1/catalog/nodes')).toEqual([node]);
      expect(yield* read(harness, '/v1/catalog/services')).toMatchObject({ consul: [] });
      expect(
        yield* read(harness, `/v1/catalog/node/${harness.nodeName.toUpperCase()}`),
      ).toMatchObject({
        Node: node,
        Services: { consul: { ID: 'consul', Service: 'consul', Tags: [] } },
      });
      expect(yield* read(harness, '/v1/catalog/node/nope')).toBeNull();
      const unnamed = yield* harness.ask('GET', '/v1/catalog/node/');
      expect(unnamed).toMatchObject({ status: 400, body: 'Missing node name' });
    },
  },
  {
    name: 'a reading of the catalog says its index and how consistent it is, and can wait',
    *script({ ask }) {
      const nodes = (query: Readonly<Record<string, string>>) =>
        ask('GET', '/v1/catalog/nodes', { query });
      const effective = 'x-consul-effective-consistency';
      const plain = yield* nodes({});
      expect(plain.headers).toMatchObject({
        ...{ [effective]: 'leader', 'x-consul-knownleader': 'true', 'x-consul-lastcontact': '0' },
      });
      expect((yield* nodes({ stale: '' })).headers[effective]).toBe('stale');
      expect((yield* nodes({ consistent: '' })).headers[effective]).toBe('consistent');
      const after = (seen: typeof plain) => nodes({ index: String(indexOf(seen)), wait: '500ms' });
      let [seen, waited] = [plain, yield* after(plain)];
      // An agent that has just started still writes what it knows of its node.
      for (let looks = 0; looks < 20 && indexOf(waited) !== indexOf(seen); looks += 1) {
        [seen, waited] = [waited, yield* after(waited)];
      }
      expect(indexOf(waited)).toBe(indexOf(seen));
      expect(json(waited)).toEqual(json(seen));
    },
  },
  {
    name: 'another datacenter is refused by all but what the agent knows by itself',
    *script({ ask }) {
      const query = { dc: 'nope' };
      for (const path of ['status/leader', 'status/peers', 'catalog/nodes', 'session/list']) {
        expect(yield* ask('GET', `/v1/${path}`, { query })).toMatchObject({
          ...{ status: 500, body: 'No path to datacenter' },
        });
      }
      for (const path of ['agent/self', 'agent/members', 'catalog/datacenters']) {
        expect((yield* ask('GET', `/v1/${path}`, { query })).status).toBe(200);
      }
    },
  },
  {
    name: 'a namespace is refused by keys and sessions alone',
    *script({ ask }) {
      const query = { ns: 'x' };
      expect((yield* ask('GET', '/v1/session/list', { query })).status).toBe(400);
      for (const path of ['status/leader', 'catalog/nodes', 'agent/self']) {
        expect((yield* ask('GET', `/v1/${path}`, { query })).status).toBe(200);
      }
      expect((yield* ask('PUT', '/v1/txn', { query, body: '[]' })).status).toBe(200);
    },
  },
  {
    name: 'with ?pretty an answer is indented by four blanks, and ends with a line feed',
    *script({ put, get, ask, key }) {
      yield* put('a', 'x', { flags: '18446744073709551615' });
      const answer = yield* get('a', { pretty: '' });
      const [{ CreateIndex }] = json(answer) as [{ CreateIndex: number }];
      expect(answer.body.split('\n')).toEqual([
        ...['[', '    {', '        "LockIndex": 0,', `        "Key": "${key('a')}",`],
        ...['        "Flags": 18446744073709551615,', '        "Value": "eA==",'],
        ...[`        "CreateIndex": ${CreateIndex},`, `        "ModifyIndex": ${CreateIndex}`],
        ...['    }', ']', ''],
      ]);
      const empty = yield* ask('PUT', '/v1/txn', { query: { pretty: '' }, body: '[]' });
      expect(empty.body).toMatch(/^\{\n {4}"Results": \[\],\n {4}"Errors": null,\n/);
      expect((yield* get('none', { pretty: '' })).body).toBe('');
      expect((yield* get('a', { raw: '', pretty: '' })).body).toBe('x');
    },
  },
  {
    name: 'a method that an endpoint has not is refused, and OPTIONS tells those that it has',
    *script({ ask, key }) {
      const endpoints = [
        [`/v1/kv/${key('a')}`, 'OPTIONS,GET,PUT,DELETE'],
        ['/v1/txn', 'OPTIONS,PUT'],
        ['/v1/session/create', 'OPTIONS,PUT'],
        ['/v1/session/list', 'OPTIONS,GET'],
        ['/v1/status/leader', 'OPTIONS,GET'],
        ['/v1/agent/members', 'OPTIONS,GET'],
        ['/v1/catalog/nodes', 'OPTIONS,GET'],
      ] as const;
      for (const [path, allow] of endpoints) {
        expect(yield* ask('POST', path)).toMatchObject({
          ...{ status: 405, body: 'method POST not allowed', headers: { allow } },
        });
        expect(yield* ask('OPTIONS', path)).toMatchObject({
          ...{ status: 200, body: '', headers: { allow } },
        });
      }
    },
  },
  {
    name: 'a path that Consul does not know is not found',
    *script({ ask }) {
      for (const path of ['/v1/nope', '/v1/', '/v2/kv/a']) {
        expect((yield* ask('GET', path)).status).toBe(404);
      }
    },
  },
];
