import { inspect } from 'node:util';
import * as E from 'fp-ts/lib/Either.js';
import expLeaderElection, {
  type ExpConsulOptions,
} from '../../../lib/adapters/expLeaderElection/index.js';
import {
  electionOptionsOf,
  usedVariables,
} from '../../../lib/adapters/expLeaderElection/electionOptions.js';
import { checkedOptions } from '../../../lib/adapters/expLeaderElection/optionsCodec.js';
import { electionSettings } from '../../../lib/config/electionSettings.js';
import type { OptionProblem } from '../../../lib/index.js';

const key = 'locks/my-service';

/** What an election is made of, for the way to Consul and the timings as the old package names them. */
function settingsOf(consul?: unknown, environment: Record<string, string> = {}) {
  const checked = checkedOptions({ key, consul });
  if (E.isLeft(checked)) throw new Error(JSON.stringify(checked.left));
  return electionSettings(electionOptionsOf(checked.right), usedVariables(environment));
}

function problemsOf(options: unknown): readonly OptionProblem[] {
  const checked = checkedOptions(options);
  return E.isLeft(checked) ? checked.left : [];
}

describe('the options of exp-leader-election', () => {
  it('has the defaults of the old package', () => {
    expect(settingsOf()).toMatchObject({
      ...{ key, lockFlags: 0n, metadata: undefined },
      consul: { origin: 'http://127.0.0.1:8500', token: { kind: 'none' } },
      timing: { sessionTtlMs: 15_000, lockDelayMs: 10_000, relyOnFencing: false },
    });
  });

  it.each([
    [{ host: 'consul.example' }, 'http://consul.example:8500'],
    [{ port: 8050 }, 'http://127.0.0.1:8050'],
    [{ port: '8050' }, 'http://127.0.0.1:8050'],
    [{ host: '[::1]', port: 8501, secure: true }, 'https://[::1]:8501'],
    [{ host: 'consul.example', secure: true }, 'https://consul.example:8500'],
    [{ host: undefined, port: undefined }, 'http://127.0.0.1:8500'],
    [{ host: '', port: '' }, 'http://127.0.0.1:8500'],
    [{ host: null, port: null }, 'http://127.0.0.1:8500'],
  ])('speaks with %j to %s', (consul, origin) => {
    expect(settingsOf(consul).consul.origin).toBe(origin);
  });

  it.each([
    ['TTL', { ttl: 20 }, { sessionTtlMs: 20_000 }],
    ['TTL as text', { ttl: '20' }, { sessionTtlMs: 20_000 }],
    ['TTL with a fraction', { ttl: 10.5 }, { sessionTtlMs: 10_500 }],
    ['lock-delay', { lockDelay: 5 }, { lockDelayMs: 5_000 }],
    ['lock-delay that leaves no lease', { lockDelay: 0 }, { lockDelayMs: 2_000 }],
    ['lock-delay above what Consul keeps', { lockDelay: 120 }, { lockDelayMs: 60_000 }],
    ['wait', { readWait: 30 }, { watchWaitMs: 30_000 }],
    ['long wait', { readWait: 180 }, { watchWaitMs: 60_000 }],
    ['short wait', { readWait: 0.1 }, { watchWaitMs: 1_000 }],
  ])('takes a %s in seconds: %j', (_, consul, timing) => {
    expect(settingsOf(consul).timing).toMatchObject(timing);
  });

  it.each([0, 1, 2, 10, 60, 1_000])('keeps the lease inside a lock-delay of %d', (lockDelay) => {
    const { leaseMs, lockDelayMs } = settingsOf({ lockDelay }).timing;
    expect(leaseMs).toBeLessThan(lockDelayMs);
    expect(leaseMs).toBeGreaterThanOrEqual(1_980);
  });

  it('sends the token, and none that is empty', () => {
    expect(settingsOf({ token: 'abc' }).consul.token).toEqual({ kind: 'value', token: 'abc' });
    expect(settingsOf({ token: '' }).consul.token).toEqual({ kind: 'none' });
  });

  it('heeds no variable that leads to another Consul than the old package found', () => {
    const environment = {
      CONSUL_HTTP_ADDR: 'elsewhere:8500',
      CONSUL_HTTP_TOKEN: 'another',
      CONSUL_HTTP_TOKEN_FILE: '/run/token',
      CONSUL_HTTP_AUTH: 'user:password',
      CONSUL_HTTP_SSL: 'true',
      CONSUL_NAMESPACE: 'elsewhere',
      CONSUL_PARTITION: 'elsewhere',
    };
    expect(settingsOf({}, environment)).toEqual(settingsOf({}));
  });

  it('heeds the variables of TLS once it is told to be secure', () => {
    const environment = { CONSUL_CACERT: '/etc/ca.pem', CONSUL_TLS_SERVER_NAME: 'server' };
    expect(settingsOf({}, environment).consul.tls).toBeUndefined();
    expect(settingsOf({ secure: true }, environment).consul.tls).toMatchObject({
      ca: [{ kind: 'file', path: '/etc/ca.pem' }],
      serverName: 'server',
    });
  });

  it('ignores what the old package did not know', () => {
    const options = { key, enabled: true, consul: { host: 'h', lockdelay: 3 } };
    expect(problemsOf(options)).toEqual([]);
  });

  it('names all problems at once, and shows no secret', () => {
    const consul = {
      ...{ host: 'http://user:secret@host', port: 99_999, token: 'secret\n', secure: 'yes' },
      ...{ ttl: 9, lockDelay: -1, readWait: 0 },
    };
    const problems = problemsOf({ key: '/leading', debug: true, consul });
    expect(problems.map(({ field }) => field).sort()).toEqual([
      ...['consul.host', 'consul.lockDelay', 'consul.port', 'consul.readWait', 'consul.secure'],
      ...['consul.token', 'consul.ttl', 'debug', 'key'],
    ]);
    expect(JSON.stringify(problems)).not.toContain('secret');
  });

  it.each([
    ['nothing', undefined],
    ['a string', key],
    ['no key', {}],
    ['an empty key', { key: '' }],
    ['a key of another type', { key: 42 }],
    ['a list in place of the way to Consul', { key, consul: [] }],
    ['a TTL that is no number', { key, consul: { ttl: '15s' } }],
    ['an endless lock-delay', { key, consul: { lockDelay: Infinity } }],
    ['a blank wait', { key, consul: { readWait: ' ' } }],
  ])('refuses %s at the call', (_, options) => {
    const call = () => expLeaderElection(options as never);
    expect(call).toThrow(/^The options have (one|\d+) problems?:\n- (options|key|consul)/);
  });

  it('leaves the given options as they are', () => {
    const consul: ExpConsulOptions = Object.freeze({ host: 'consul.example' });
    const options = Object.freeze({ key, consul });
    expect(problemsOf(options)).toEqual([]);
    expect(options).toEqual({ key, consul: { host: 'consul.example' } });
  });

  it('shows the options to debug without the token', async () => {
    const told: unknown[] = [];
    const debug = (...values: unknown[]): void => void told.push(...values);
    const election = expLeaderElection({ key, debug, consul: { token: 'secret' } });
    await election.close();
    expect(told).toContain('Using options');
    expect(inspect(told, { depth: null })).not.toContain('secret');
  });
});
