import { EMPTY } from 'rxjs';
import { electionSettings, resolveElectionSettings } from '../../lib/config/electionSettings.js';
import { goLockFlags } from '../../lib/config/sharedSettings.js';
import type { ElectionOptions, RetryOptions } from '../../lib/config/model/options.js';
import { isElectionError } from '../../lib/errors.js';
import { systemTime } from '../../lib/ports/time.js';
import { defaultBackoff } from '../../lib/retry/backoff.js';
import { fieldsOf, problemsOf } from './problemsOf.js';

const settingsOf = (options: Omit<ElectionOptions, 'key'>) =>
  electionSettings({ key: 'locks/reports', ...options }, {});

const thrownBy = (act: () => unknown): unknown => {
  try {
    return act();
  } catch (error) {
    return error;
  }
};

describe('the settings of an election', () => {
  it('need nothing but a key', () => {
    expect(settingsOf({})).toMatchObject({
      key: 'locks/reports',
      consul: { origin: 'http://127.0.0.1:8500' },
      timing: { leaseMs: 9_900 },
      retry: { initialDelayMs: 100, maxDelayMs: 5_000, factor: 2 },
      metadata: undefined,
      lockFlags: 3304740253564472344n,
      sessionName: 'rxjs-leader-election',
      nodeChecks: [],
    });
  });

  it('retry by default as retryWithBackoff does', () => {
    expect(settingsOf({}).retry).toEqual(defaultBackoff);
  });

  it('take Go lock flags by default and any other 64 bits on request', () => {
    expect(goLockFlags).toBe(0x2ddccbc058a50c18n);
    expect(settingsOf({ lockFlags: 0n }).lockFlags).toBe(0n);
    expect(settingsOf({ lockFlags: 2n ** 64n - 1n }).lockFlags).toBe(2n ** 64n - 1n);
  });

  it('take everything that can be said', () => {
    const options: ElectionOptions = {
      key: 'k',
      consul: { address: 'https://c', token: 't' },
      metadata: { host: 'a' },
      sessionName: 'name',
      nodeChecks: ['serfHealth'],
      retry: false,
      beforeRelease: () => EMPTY,
      transport: { request: () => EMPTY, close: () => EMPTY },
      time: systemTime,
      chance: () => 0.5,
      watchWaitMs: 1_000,
    };
    expect(electionSettings(options, {})).toMatchObject({
      key: 'k',
      consul: { origin: 'https://c', token: { kind: 'value', token: 't' } },
      metadata: { host: 'a' },
      sessionName: 'name',
      nodeChecks: ['serfHealth'],
      retry: undefined,
      timing: { watchWaitMs: 1_000 },
    });
  });

  it.each<[RetryOptions, RetryOptions]>([
    [{ maxDelayMs: 50 }, { initialDelayMs: 50, maxDelayMs: 50, factor: 2 }],
    [{ initialDelayMs: 9_000 }, { initialDelayMs: 9_000, maxDelayMs: 9_000, factor: 2 }],
    [{ factor: 1 }, { initialDelayMs: 100, maxDelayMs: 5_000, factor: 1 }],
  ])('complete retry %j to %j', (retry, expected) => {
    expect(settingsOf({ retry }).retry).toEqual(expected);
  });

  it.each([
    [{ key: 42 }, ['key']],
    [{ key: undefined }, ['key']],
    [{ key: '' }, ['key']],
    [{ key: 'a//b' }, ['key']],
    [{ consul: 'http://c' }, ['consul']],
    [{ consul: { address: 1, token: 2 } }, ['consul.address', 'consul.token']],
    [{ consul: { tls: { ca: 'x' }, address: 'https://c' } }, ['consul.tls.ca']],
    [{ metadata: null }, ['metadata']],
    [{ sessionName: '' }, ['sessionName']],
    [{ nodeChecks: 'serfHealth' }, ['nodeChecks']],
    [{ nodeChecks: [''] }, ['nodeChecks']],
    [{ lockFlags: 5 }, ['lockFlags']],
    [{ lockFlags: -1n }, ['lockFlags']],
    [{ lockFlags: 2n ** 64n }, ['lockFlags']],
    [{ retry: true }, ['retry']],
    [{ retry: { initialDelayMs: 0 } }, ['retry.initialDelayMs']],
    [{ retry: { factor: 0.9 } }, ['retry.factor']],
    [{ retry: { initialDelayMs: 50, maxDelayMs: 49 } }, ['retry.maxDelayMs']],
    [{ beforeRelease: EMPTY }, ['beforeRelease']],
    [{ onOverrun: 'log' }, ['onOverrun']],
    [{ transport: { request: 1 } }, ['transport']],
    [{ time: { now: () => 0 } }, ['time']],
    [{ time: 5 }, ['time']],
    [{ chance: 0.5 }, ['chance']],
    [{ 'a\nb': 1 }, ['"a\\nb"']],
    [{ options: 1 }, ['options']],
  ])('refuse %p, blaming %j', (options, fields) => {
    expect(fieldsOf(resolveElectionSettings({ key: 'k', ...options }, {}))).toEqual(fields);
  });

  it.each([[undefined], [null], ['locks/reports'], [['k']]])('refuse %p for options', (options) => {
    expect(problemsOf(resolveElectionSettings(options, {}))[0]?.field).toBe('options');
  });

  it.each([
    ['sesionTtlMs', 'Did you mean `sessionTtlMs`?'],
    ['sessionTtl', 'Did you mean `sessionTtlMs`?'],
    ['LeaseMS', 'Did you mean `leaseMs`?'],
    ['token', 'Did you mean `consul.token`?'],
    ['onLeader', 'See the type `ElectionOptions` for the options.'],
    ['x'.repeat(1_000), 'See the type `ElectionOptions` for the options.'],
    ['prefix', 'Give the whole `key`. `prefix` is an option of `electionGroup`, for many keys.'],
    ['balance', 'Only `electionGroup` has this option.'],
    ['ttl', 'Use `sessionTtlMs`, a number of milliseconds.'],
    ['lockDelay', 'Use `lockDelayMs`, a number of milliseconds.'],
    ['host', "Use `consul`: { address: 'http://host:8500' }."],
    ['port', "Use `consul`: { address: 'http://host:8500' }."],
  ])('say of the unknown option %s: %s', (name, words) => {
    const problems = problemsOf(resolveElectionSettings({ key: 'k', [name]: 1 }, {}));
    expect(problems.map(({ expected }) => expected)).toEqual([`Unknown option. ${words}`]);
  });

  it.each([
    [{ sessionTtlMs: '15000' }, 'This is a string. Give the number 15000.'],
    [{ clockDrift: ' 0.02 ' }, 'This is a string. Give the number 0.02.'],
    [{ sessionTtlMs: '15s' }, 'Give a whole number of milliseconds from 10000 to 86400000.'],
    [{ consul: { host: 'c' } }, "Unknown option. Use `address`: 'http://host:8500'."],
  ])('say of %p: %s', (options, expected) => {
    const problems = problemsOf(resolveElectionSettings({ key: 'k', ...options }, {}));
    expect(problems.map((problem) => problem.expected)).toEqual([expected]);
  });

  it('take metadata as JSON has it, without what is undefined', () => {
    const { metadata } = electionSettings({ key: 'k', metadata: { a: 1, host: undefined } }, {});
    expect(metadata).toEqual({ a: 1 });
    expect(Object.keys(metadata ?? {})).toEqual(['a']);
  });

  it('say which options there are where they are few', () => {
    const options = { key: 'k', retry: { attempts: 3 } };
    expect(problemsOf(resolveElectionSettings(options, {}))[0]?.expected).toBe(
      'Unknown option. The options are initialDelayMs, maxDelayMs, factor.',
    );
  });
});

describe('the error of invalid options', () => {
  const environment = { CONSUL_HTTP_SSL_VERIFY: 'maybe' };
  const options = {
    key: '/a',
    lockDelayMs: 0,
    consul: { tokn: 'x', namespace: 'a b' },
    metadata: { a: 1n },
  };

  it('lists every problem on a line of its own, with field, value and what would be right', () => {
    const error = thrownBy(() => electionSettings(options as never, environment)) as Error;
    expect(error.message.split('\n')).toEqual([
      'The options have 6 problems:',
      '- consul.tokn = (a string): Unknown option. Did you mean `token`?',
      '- key = "/a": Remove the leading slash, for example `locks/reports`.',
      expect.stringMatching(/^- CONSUL_HTTP_SSL_VERIFY = "maybe": Set it to true, false/),
      expect.stringMatching(/^- consul\.namespace = "a b": Use only the characters/),
      expect.stringMatching(/^- lockDelayMs = 0: .*relyOnFencing/),
      '- metadata.a = (a bigint): Give a string: JSON cannot represent a bigint.',
    ]);
  });

  it('carries its code and the problems, and is not worth a retry', () => {
    const error = thrownBy(() => electionSettings(options as never, environment));
    expect(isElectionError(error)).toBe(true);
    expect(error).toMatchObject({
      code: 'INVALID_OPTIONS',
      retryable: false,
      details: { problems: problemsOf(resolveElectionSettings(options, environment)) },
    });
  });
});
