import { endingOf, endsByTtl, inTime, tickMs } from '../endings.js';
import type { Scenario } from '../scenario.js';
import { together, type Script } from '../script.js';
import { json, type Harness } from '../harness.js';

const ttlMs = 2_000;

/** The agent takes IDs with slashes, but they would be folders of its paths. */
const idOf = ({ key }: Harness, name: string): string => key(name).replaceAll('/', '-');

function registered(harness: Harness, name: string, more: object = {}): Script<string> {
  const id = idOf(harness, name);
  const check = { CheckID: id, Name: 'alive', TTL: `${ttlMs}ms`, Status: 'passing', ...more };
  const body = JSON.stringify({ ID: id, Name: 'conformance', Check: check });
  return (function* () {
    yield* harness.ask('PUT', '/v1/agent/service/register', { body });
    return id;
  })();
}

const dependent = (harness: Harness, id: string): Script<string> =>
  harness.session({ Checks: undefined, NodeChecks: [], ServiceChecks: [{ ID: id }] });

/** A lock that is held by a session which depends on a check; its time is long until it is registered again. */
function* lockedByCheck(harness: Harness, lock: string) {
  const id = yield* registered(harness, lock, { TTL: '10m' });
  const session = yield* dependent(harness, id);
  yield* harness.put(lock, 'x', { acquire: session });
  const { ModifyIndex: index } = yield* harness.entry(lock);
  return { id, lock, session, index };
}

const report = ({ ask }: Harness, what: string, id: string) =>
  ask('PUT', `/v1/agent/check/${what}/${id}`);

function* statusOf({ ask }: Harness, id: string): Script<unknown> {
  const checks = json(yield* ask('GET', '/v1/agent/checks')) as Record<string, { Status: string }>;
  return checks[id]?.Status;
}

export const checks: readonly Scenario[] = [
  {
    name: 'a session that depends on a TTL check ends as soon as nobody passes it in time',
    *script(harness) {
      const { info, transact, session, key, nowMs } = harness;
      const held = yield* lockedByCheck(harness, 'lock');
      const other = yield* session();
      const begunAtMs = nowMs();
      // Its time begins here.
      yield* registered(harness, 'lock');
      const [ending, bound] = yield* together(
        () => endingOf(harness, held),
        () => endsByTtl(harness, 'bound', '10s'),
      );
      expect(ending.heardAtMs - begunAtMs).toBeGreaterThanOrEqual(ttlMs - tickMs);
      // Consul did it before anything that it does by the TTL of a session.
      expect(ending.entry.ModifyIndex).toBeLessThan(bound.entry.ModifyIndex);
      expect(yield* info(held.session)).toEqual([]);
      expect(yield* statusOf(harness, held.id)).toBe('critical');
      const taken = yield* transact({ Verb: 'lock', Key: key('lock'), Session: other });
      expect(taken.status).toBe(200);
    },
  },
  {
    name: 'a pass starts the time of a check again',
    *script(harness) {
      const { held, passedAtMs } = yield* inTime(function* (name) {
        const candidate = yield* lockedByCheck(harness, name);
        yield* registered(harness, name);
        yield* harness.pause(ttlMs / 2);
        const atMs = harness.nowMs();
        expect(yield* report(harness, 'pass', candidate.id)).toMatchObject({
          status: 200,
          body: '',
        });
        // A session that lives has not ended before the pass came.
        const lives = (yield* harness.info(candidate.session)) as unknown[];
        return lives.length > 0 ? { held: candidate, passedAtMs: atMs } : undefined;
      });
      const [ending, bound] = yield* together(
        () => endingOf(harness, held),
        () => endsByTtl(harness, 'bound', '10s'),
      );
      expect(ending.heardAtMs - passedAtMs).toBeGreaterThanOrEqual(ttlMs - tickMs);
      expect(ending.entry.ModifyIndex).toBeLessThan(bound.entry.ModifyIndex);
    },
  },
  {
    name: 'a session depends on its check by the field for node checks as well',
    *script(harness) {
      const id = yield* registered(harness, 'check');
      const owner = yield* harness.session({ Checks: undefined, NodeChecks: [id] });
      yield* report(harness, 'fail', id);
      expect(yield* harness.info(owner)).toEqual([]);
    },
  },
  {
    name: 'a check that fails ends the session at once, and a warning does not',
    *script(harness) {
      const id = yield* registered(harness, 'check');
      const owner = yield* dependent(harness, id);
      yield* report(harness, 'warn', id);
      expect(yield* statusOf(harness, id)).toBe('warning');
      expect(yield* harness.info(owner)).toHaveLength(1);
      yield* report(harness, 'fail', id);
      expect(yield* harness.info(owner)).toEqual([]);
    },
  },
  {
    name: 'no session is made while its check is critical, and one is once it passes again',
    *script(harness) {
      const id = yield* registered(harness, 'check', { Status: 'critical' });
      const body = { NodeChecks: [], ServiceChecks: [{ ID: id }] };
      expect(yield* harness.create(body)).toMatchObject({
        status: 500,
        body: `Check '${id}' is in critical state`,
      });
      yield* report(harness, 'pass', id);
      expect(yield* harness.info(yield* dependent(harness, id))).toMatchObject([
        { NodeChecks: [], ServiceChecks: [{ ID: id }] },
      ]);
    },
  },
  {
    name: 'no session is made that depends on a check that is unknown',
    *script({ create }) {
      expect(yield* create({ NodeChecks: [], ServiceChecks: [{ ID: 'nope' }] })).toMatchObject({
        status: 500,
        body: `Missing check 'nope' registration`,
      });
    },
  },
  {
    name: 'a check that the agent does not know cannot be passed, but removed',
    *script(harness) {
      for (const what of ['pass', 'warn', 'fail'])
        expect(yield* report(harness, what, 'nope')).toMatchObject({
          status: 500,
          body: `CheckID "nope" does not have associated TTL`,
        });
      expect(yield* report(harness, 'deregister', 'nope')).toMatchObject({ status: 200, body: '' });
      expect(yield* harness.ask('PUT', '/v1/agent/service/deregister/nope')).toMatchObject({
        status: 200,
        body: '',
      });
    },
  },
  {
    name: 'a check that is registered anew keeps its status',
    *script(harness) {
      const id = yield* registered(harness, 'check');
      yield* report(harness, 'fail', id);
      yield* registered(harness, 'check');
      expect(yield* statusOf(harness, id)).toBe('critical');
    },
  },
  {
    name: 'a service takes its check and the sessions that depend on it with it',
    *script(harness) {
      const id = yield* registered(harness, 'check');
      const owner = yield* dependent(harness, id);
      yield* harness.ask('PUT', `/v1/agent/service/deregister/${id}`);
      expect(yield* statusOf(harness, id)).toBeUndefined();
      expect(yield* harness.info(owner)).toEqual([]);
      const services = json(yield* harness.ask('GET', '/v1/agent/services'));
      expect(services).not.toHaveProperty([id]);
    },
  },
  {
    name: 'a service is known to the agent and to the catalog, also one whose check says nothing',
    *script(harness) {
      const { ask } = harness;
      const name = idOf(harness, 'service');
      const body = JSON.stringify({
        Name: name,
        Tags: ['a'],
        Meta: { b: 'c' },
        Port: 1,
        Check: {},
      });
      expect(yield* ask('PUT', '/v1/agent/service/register', { body })).toMatchObject({ body: '' });
      expect(json(yield* ask('GET', '/v1/agent/services'))).toHaveProperty([name], {
        ...{ ID: name, Service: name, Tags: ['a'], Meta: { b: 'c' }, Port: 1, Address: '' },
        ...{ Weights: { Passing: 1, Warning: 1 }, EnableTagOverride: false },
      });
      expect(json(yield* ask('GET', '/v1/catalog/services'))).toHaveProperty([name], ['a']);
      expect(yield* statusOf(harness, `service:${name}`)).toBeUndefined();
      yield* ask('PUT', `/v1/agent/service/deregister/${name}`);
      expect(json(yield* ask('GET', '/v1/catalog/services'))).not.toHaveProperty([name]);
    },
  },
  {
    name: 'a check of the node is registered, updated and removed',
    *script(harness) {
      const { ask } = harness;
      const id = idOf(harness, 'node-check');
      const body = JSON.stringify({ ID: id, Name: 'of the node', TTL: '30s', Notes: 'n' });
      expect(yield* ask('PUT', '/v1/agent/check/register', { body })).toMatchObject({ body: '' });
      const update = JSON.stringify({ Status: 'passing', Output: 'well' });
      yield* ask('PUT', `/v1/agent/check/update/${id}`, { body: update });
      expect(json(yield* ask('GET', '/v1/agent/checks'))).toHaveProperty([id], {
        ...{ Node: harness.nodeName, CheckID: id, Name: 'of the node', Status: 'passing' },
        ...{ Notes: 'n', Output: 'well', ServiceID: '', ServiceName: '', ServiceTags: [] },
        ...{ Type: 'ttl', Definition: {}, CreateIndex: 0, ModifyIndex: 0 },
      });
      yield* report(harness, 'deregister', id);
      expect(yield* statusOf(harness, id)).toBeUndefined();
    },
  },
  ...(
    [
      ['check', '', 'Request decode failed: EOF'],
      ['check', '{}', 'Missing check name'],
      ['check', '{"Name":"n"}', 'Invalid check: TTL must be > 0 for TTL checks'],
      [
        'check',
        '{"Name":"n","CheckID":"n"}',
        'Request decode failed: json: unknown field "CheckID"',
      ],
      ['check', '{"Name":"n","TTL":"1s","Status":"well"}', 'Bad check status'],
      [
        'check',
        '{"Name":"n","TTL":"10"}',
        'Request decode failed: time: missing unit in duration "10"',
      ],
      ['service', '{}', 'Missing service name'],
      [
        'service',
        '{"Name":"n","Check":{"Status":"passing"}}',
        'Invalid check: TTL must be > 0 for TTL checks',
      ],
      [
        'service',
        '{"Name":"n","Check":{"TTL":"1s","Status":"well"}}',
        "Status for checks must 'passing', 'warning', 'critical'",
      ],
      ['service', '{"Name":"n","Nope":1}', 'Request decode failed: json: unknown field "Nope"'],
    ] as const
  ).map(([kind, body, text]): Scenario => ({
    name: `a ${kind} is refused that is registered by '${body}'`,
    *script({ ask }) {
      expect(yield* ask('PUT', `/v1/agent/${kind}/register`, { body })).toMatchObject({
        status: 400,
        body: text,
      });
    },
  })),
];
