import { endingOf, endsByTtl, inTime, tickMs } from '../endings.js';
import type { Scenario } from '../scenario.js';
import { together, type Script } from '../script.js';
import { json, type Stage } from '../stage.js';

const ttlMs = 2_000;

/** The agent takes IDs with slashes, but they would be folders of its paths. */
const idOf = ({ key }: Stage, name: string): string => key(name).replaceAll('/', '-');

function registered(stage: Stage, name: string, more: object = {}): Script<string> {
  const id = idOf(stage, name);
  const check = { CheckID: id, Name: 'alive', TTL: `${ttlMs}ms`, Status: 'passing', ...more };
  const body = JSON.stringify({ ID: id, Name: 'conformance', Check: check });
  return (function* () {
    yield* stage.ask('PUT', '/v1/agent/service/register', { body });
    return id;
  })();
}

const dependent = (stage: Stage, id: string): Script<string> =>
  stage.session({ Checks: undefined, NodeChecks: [], ServiceChecks: [{ ID: id }] });

/** A lock that is held by a session which depends on a check; its time is long until it is registered again. */
function* lockedByCheck(stage: Stage, lock: string) {
  const id = yield* registered(stage, lock, { TTL: '10m' });
  const session = yield* dependent(stage, id);
  yield* stage.put(lock, 'x', { acquire: session });
  const { ModifyIndex: index } = yield* stage.entry(lock);
  return { id, lock, session, index };
}

const report = ({ ask }: Stage, what: string, id: string) =>
  ask('PUT', `/v1/agent/check/${what}/${id}`);

function* statusOf({ ask }: Stage, id: string): Script<unknown> {
  const checks = json(yield* ask('GET', '/v1/agent/checks')) as Record<string, { Status: string }>;
  return checks[id]?.Status;
}

export const checks: readonly Scenario[] = [
  {
    name: 'a session that depends on a TTL check ends as soon as nobody passes it in time',
    *script(stage) {
      const { info, transact, session, key, nowMs } = stage;
      const held = yield* lockedByCheck(stage, 'lock');
      const other = yield* session();
      const begunAtMs = nowMs();
      // Its time begins here.
      yield* registered(stage, 'lock');
      const [ending, bound] = yield* together(
        () => endingOf(stage, held),
        () => endsByTtl(stage, 'bound', '10s'),
      );
      expect(ending.heardAtMs - begunAtMs).toBeGreaterThanOrEqual(ttlMs - tickMs);
      // Consul did it before anything that it does by the TTL of a session.
      expect(ending.entry.ModifyIndex).toBeLessThan(bound.entry.ModifyIndex);
      expect(yield* info(held.session)).toEqual([]);
      expect(yield* statusOf(stage, held.id)).toBe('critical');
      const taken = yield* transact({ Verb: 'lock', Key: key('lock'), Session: other });
      expect(taken.status).toBe(200);
    },
  },
  {
    name: 'a pass starts the time of a check again',
    *script(stage) {
      const { held, passedAtMs } = yield* inTime(function* (name) {
        const candidate = yield* lockedByCheck(stage, name);
        yield* registered(stage, name);
        yield* stage.pause(ttlMs / 2);
        const atMs = stage.nowMs();
        expect(yield* report(stage, 'pass', candidate.id)).toMatchObject({ status: 200, body: '' });
        // A session that lives has not ended before the pass came.
        const lives = (yield* stage.info(candidate.session)) as unknown[];
        return lives.length > 0 ? { held: candidate, passedAtMs: atMs } : undefined;
      });
      const [ending, bound] = yield* together(
        () => endingOf(stage, held),
        () => endsByTtl(stage, 'bound', '10s'),
      );
      expect(ending.heardAtMs - passedAtMs).toBeGreaterThanOrEqual(ttlMs - tickMs);
      expect(ending.entry.ModifyIndex).toBeLessThan(bound.entry.ModifyIndex);
    },
  },
  {
    name: 'a session depends on its check by the field for node checks as well',
    *script(stage) {
      const id = yield* registered(stage, 'check');
      const owner = yield* stage.session({ Checks: undefined, NodeChecks: [id] });
      yield* report(stage, 'fail', id);
      expect(yield* stage.info(owner)).toEqual([]);
    },
  },
  {
    name: 'a check that fails ends the session at once, and a warning does not',
    *script(stage) {
      const id = yield* registered(stage, 'check');
      const owner = yield* dependent(stage, id);
      yield* report(stage, 'warn', id);
      expect(yield* statusOf(stage, id)).toBe('warning');
      expect(yield* stage.info(owner)).toHaveLength(1);
      yield* report(stage, 'fail', id);
      expect(yield* stage.info(owner)).toEqual([]);
    },
  },
  {
    name: 'no session is made while its check is critical, and one is once it passes again',
    *script(stage) {
      const id = yield* registered(stage, 'check', { Status: 'critical' });
      const body = { NodeChecks: [], ServiceChecks: [{ ID: id }] };
      expect(yield* stage.create(body)).toMatchObject({
        status: 500,
        body: `Check '${id}' is in critical state`,
      });
      yield* report(stage, 'pass', id);
      expect(yield* stage.info(yield* dependent(stage, id))).toMatchObject([
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
    *script(stage) {
      for (const what of ['pass', 'warn', 'fail'])
        expect(yield* report(stage, what, 'nope')).toMatchObject({
          status: 500,
          body: `CheckID "nope" does not have associated TTL`,
        });
      expect(yield* report(stage, 'deregister', 'nope')).toMatchObject({ status: 200, body: '' });
      expect(yield* stage.ask('PUT', '/v1/agent/service/deregister/nope')).toMatchObject({
        status: 200,
        body: '',
      });
    },
  },
  {
    name: 'a check that is registered anew keeps its status',
    *script(stage) {
      const id = yield* registered(stage, 'check');
      yield* report(stage, 'fail', id);
      yield* registered(stage, 'check');
      expect(yield* statusOf(stage, id)).toBe('critical');
    },
  },
  {
    name: 'a service takes its check and the sessions that depend on it with it',
    *script(stage) {
      const id = yield* registered(stage, 'check');
      const owner = yield* dependent(stage, id);
      yield* stage.ask('PUT', `/v1/agent/service/deregister/${id}`);
      expect(yield* statusOf(stage, id)).toBeUndefined();
      expect(yield* stage.info(owner)).toEqual([]);
      const services = json(yield* stage.ask('GET', '/v1/agent/services'));
      expect(services).not.toHaveProperty([id]);
    },
  },
  {
    name: 'a service is known to the agent and to the catalog, also one whose check says nothing',
    *script(stage) {
      const { ask } = stage;
      const name = idOf(stage, 'service');
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
      expect(yield* statusOf(stage, `service:${name}`)).toBeUndefined();
      yield* ask('PUT', `/v1/agent/service/deregister/${name}`);
      expect(json(yield* ask('GET', '/v1/catalog/services'))).not.toHaveProperty([name]);
    },
  },
  {
    name: 'a check of the node is registered, updated and removed',
    *script(stage) {
      const { ask } = stage;
      const id = idOf(stage, 'node-check');
      const body = JSON.stringify({ ID: id, Name: 'of the node', TTL: '30s', Notes: 'n' });
      expect(yield* ask('PUT', '/v1/agent/check/register', { body })).toMatchObject({ body: '' });
      const update = JSON.stringify({ Status: 'passing', Output: 'well' });
      yield* ask('PUT', `/v1/agent/check/update/${id}`, { body: update });
      expect(json(yield* ask('GET', '/v1/agent/checks'))).toHaveProperty([id], {
        ...{ Node: stage.nodeName, CheckID: id, Name: 'of the node', Status: 'passing' },
        ...{ Notes: 'n', Output: 'well', ServiceID: '', ServiceName: '', ServiceTags: [] },
        ...{ Type: 'ttl', Definition: {}, CreateIndex: 0, ModifyIndex: 0 },
      });
      yield* report(stage, 'deregister', id);
      expect(yield* statusOf(stage, id)).toBeUndefined();
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
