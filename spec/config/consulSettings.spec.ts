import { consulSettings, resolveConsulSettings } from '../../lib/config/consul/consulSettings.js';
import type { ConsulOptions } from '../../lib/config/model/options.js';
import { fieldsOf, problemsOf } from './problemsOf.js';

const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';

const addressed = (address: string, environment: Record<string, string> = {}) => {
  const { origin, pathPrefix, socketPath } = consulSettings({ address }, environment);
  return { origin, pathPrefix, socketPath };
};

describe('the address', () => {
  it('is the agent of this machine when nothing is said', () => {
    expect(consulSettings({}, {})).toEqual({
      origin: 'http://127.0.0.1:8500',
      pathPrefix: '',
      token: { kind: 'none' },
      scope: {},
    });
  });

  it.each([
    ['http://consul:8500', 'http://consul:8500', '', undefined],
    ['HTTP://consul:8500/', 'http://consul:8500', '', undefined],
    ['https://consul:8501', 'https://consul:8501', '', undefined],
    ['consul:8500', 'http://consul:8500', '', undefined],
    ['10.0.0.1:8500', 'http://10.0.0.1:8500', '', undefined],
    ['[::1]:8500', 'http://[::1]:8500', '', undefined],
    ['http://[::1]:8500', 'http://[::1]:8500', '', undefined],
    ['https://proxy/consul', 'https://proxy', '/consul', undefined],
    ['https://proxy/a/b/', 'https://proxy', '/a/b', undefined],
    ['proxy:80/consul', 'http://proxy', '/consul', undefined],
    ['unix:///run/user@1/consul.sock', 'http://localhost', '', '/run/user@1/consul.sock'],
  ])('%s is understood', (address, origin, pathPrefix, socketPath) => {
    expect(addressed(address)).toEqual({ origin, pathPrefix, socketPath });
  });

  it('has the port of its scheme when it names none, as for the client in Go', () => {
    expect(new URL(addressed('http://consul').origin).port).toBe('');
    expect(addressed('https://consul').origin).toBe('https://consul');
  });

  it.each([
    ['tcp://consul:8500'],
    ['http://'],
    [':8500'],
    ['consul:99999'],
    ['consul:0'],
    ['consul:85 00'],
    ['consul:8500\n'],
    ['http:\\\\consul'],
    ['::1'],
    ['unix://relative.sock'],
    ['http://consul//a'],
    ['http://consul/a/../b'],
    ['http://consul/%2e%2E/b'],
    ['http://consul/?token=abc'],
    ['http://consul/#abc'],
  ])('%j is refused', (address) => {
    expect(fieldsOf(resolveConsulSettings({ address }, {}))).toEqual(['address']);
  });

  it.each([
    'http://user:secret@consul:8500',
    'user:secret@consul',
    'user:secret@x://y',
    'tcp://u:secret@h',
  ])('with credentials in it is refused without showing them: %#', (address) => {
    const problems = problemsOf(resolveConsulSettings({ address }, {}));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ field: 'address', value: '(hidden)' });
    expect(problems[0]?.expected).toContain('`auth`');
  });

  it('of the environment is blamed by the name of its variable', () => {
    const environment = { CONSUL_HTTP_ADDR: 'http://user:secret@consul' };
    expect(problemsOf(resolveConsulSettings({}, environment))[0]).toEqual({
      field: 'CONSUL_HTTP_ADDR',
      value: '(hidden)',
      expected: 'Put user and password in CONSUL_HTTP_AUTH, not in the address.',
    });
  });

  it('in code wins over the environment', () => {
    expect(addressed('a:1', { CONSUL_HTTP_ADDR: 'not an address' }).origin).toBe('http://a:1');
  });
});

describe('CONSUL_HTTP_SSL', () => {
  const ssl = { CONSUL_HTTP_SSL: 'true' };

  it.each<[ConsulOptions, Record<string, string>, string]>([
    [{}, {}, 'https://127.0.0.1:8500'],
    [{ address: 'consul:8501' }, {}, 'https://consul:8501'],
    [{}, { CONSUL_HTTP_ADDR: 'http://consul:8501' }, 'https://consul:8501'],
    [{ address: 'http://consul:8500' }, {}, 'http://consul:8500'],
    [{ address: 'unix:///c.sock' }, {}, 'https://localhost'],
  ])('makes of %j and %j the origin %s', (options, environment, origin) => {
    expect(consulSettings(options, { ...ssl, ...environment }).origin).toBe(origin);
  });

  it.each(['1', 't', 'T', 'true', 'TRUE', 'True'])('reads %s as true', (value) => {
    expect(consulSettings({}, { CONSUL_HTTP_SSL: value }).origin).toMatch(/^https:/);
  });

  it.each(['0', 'f', 'F', 'false', 'FALSE', 'False', ''])('reads %j as false', (value) => {
    expect(consulSettings({}, { CONSUL_HTTP_SSL: value }).origin).toMatch(/^http:/);
  });

  it('is refused when Go would not read it, along with a bad address', () => {
    const environment = { CONSUL_HTTP_SSL: 'yes', CONSUL_HTTP_ADDR: 'tcp://x' };
    expect(fieldsOf(resolveConsulSettings({}, environment))).toEqual([
      'CONSUL_HTTP_SSL',
      'CONSUL_HTTP_ADDR',
    ]);
  });
});

describe('the token', () => {
  const both = { CONSUL_HTTP_TOKEN: 'env-token', CONSUL_HTTP_TOKEN_FILE: '/env-file' };

  it.each([
    [{ token: 'code' }, both, { kind: 'value', token: 'code' }],
    [{ tokenFile: '/code' }, both, { kind: 'file', path: '/code' }],
    [{}, both, { kind: 'file', path: '/env-file' }],
    [{}, { CONSUL_HTTP_TOKEN: 'env-token' }, { kind: 'value', token: 'env-token' }],
    [{}, { CONSUL_HTTP_TOKEN: '', CONSUL_HTTP_TOKEN_FILE: '' }, { kind: 'none' }],
  ])('%j with %j comes from %j', (options, environment, token) => {
    expect(consulSettings(options, environment).token).toEqual(token);
  });

  it.each([
    [{ token: 'a', tokenFile: 'b' }, {}, 'token'],
    [{ token: '' }, {}, 'token'],
    [{ token: 'a\nb' }, {}, 'token'],
    [{ token: 'a ' }, {}, 'token'],
    [{ token: 'tökén' }, {}, 'token'],
    [{ token: 42 }, {}, 'token'],
    [{ tokenFile: 'line\nline' }, {}, 'tokenFile'],
    [{}, { CONSUL_HTTP_TOKEN: 'a\r\n' }, 'CONSUL_HTTP_TOKEN'],
    [{}, { CONSUL_HTTP_TOKEN_FILE: 'a\nb' }, 'CONSUL_HTTP_TOKEN_FILE'],
  ])('%j with %j is refused and hidden', (options, environment, field) => {
    const problems = problemsOf(resolveConsulSettings(options, environment));
    expect(problems.map((problem) => [problem.field, problem.value])).toEqual([
      [field, '(hidden)'],
    ]);
  });
});

describe('basic authentication', () => {
  it.each([
    ['user:pass:word', { username: 'user', password: 'pass:word' }],
    ['user', { username: 'user', password: '' }],
  ])('%s is split at the first colon', (auth, expected) => {
    expect(consulSettings({ auth }, {}).basicAuth).toEqual(expected);
    expect(consulSettings({}, { CONSUL_HTTP_AUTH: auth }).basicAuth).toEqual(expected);
  });

  it('is refused with a control character', () => {
    expect(fieldsOf(resolveConsulSettings({}, { CONSUL_HTTP_AUTH: 'u:p\n' }))).toEqual([
      'CONSUL_HTTP_AUTH',
    ]);
  });
});

describe('the scope', () => {
  it('comes from options first, then from the variables', () => {
    const environment = { CONSUL_NAMESPACE: 'env-ns', CONSUL_PARTITION: 'env-part' };
    expect(consulSettings({ datacenter: 'dc1', namespace: 'ns' }, environment).scope).toEqual({
      datacenter: 'dc1',
      namespace: 'ns',
      partition: 'env-part',
    });
  });

  it('takes names only', () => {
    const environment = { CONSUL_PARTITION: 'a b' };
    expect(fieldsOf(resolveConsulSettings({ datacenter: 'a/b' }, environment))).toEqual([
      'datacenter',
      'CONSUL_PARTITION',
    ]);
  });
});

describe('TLS', () => {
  const address = 'https://consul:8501';
  const variables = {
    CONSUL_CACERT: '/ca.pem',
    CONSUL_CAPATH: '/cas',
    CONSUL_CLIENT_CERT: '/cert.pem',
    CONSUL_CLIENT_KEY: '/key.pem',
    CONSUL_TLS_SERVER_NAME: 'server.dc1.consul:8501',
    CONSUL_HTTP_SSL_VERIFY: '0',
  };

  it('comes from the variables', () => {
    expect(consulSettings({ address }, variables).tls).toEqual({
      verify: false,
      ca: [{ kind: 'file', path: '/ca.pem' }],
      cert: { kind: 'file', path: '/cert.pem' },
      key: { kind: 'file', path: '/key.pem' },
      serverName: 'server.dc1.consul',
    });
  });

  it('comes from options first, field by field', () => {
    const tls = { ca: pem, cert: pem, verify: true, serverName: 'other' };
    expect(consulSettings({ address, tls }, variables).tls).toEqual({
      verify: true,
      ca: [{ kind: 'text', pem }],
      cert: { kind: 'text', pem },
      key: { kind: 'file', path: '/key.pem' },
      serverName: 'other',
    });
  });

  it('trusts a directory in code instead of any authority of the environment', () => {
    expect(consulSettings({ address, tls: { caPath: '/mine' } }, variables).tls).toMatchObject({
      ca: [],
      caPath: '/mine',
    });
    expect(consulSettings({ address }, { CONSUL_CAPATH: '/cas' }).tls?.caPath).toBe('/cas');
  });

  it('verifies and trusts the system by default', () => {
    expect(consulSettings({ address }, {}).tls).toEqual({ verify: true, ca: [] });
  });

  it('is left out for http, where variables are ignored', () => {
    expect(consulSettings({ address: 'http://c' }, variables)).not.toHaveProperty('tls');
  });

  it.each([
    [{ ca: pem, caFile: 'a' }, {}, 'tls.ca'],
    [{ caFile: 'a', caPath: 'b' }, {}, 'tls.caPath'],
    [{ cert: pem, certFile: 'a', key: pem }, {}, 'tls.cert'],
    [{ key: pem, keyFile: 'a', certFile: 'c' }, {}, 'tls.key'],
    [{ certFile: 'a' }, {}, 'tls.certFile'],
    [{ key: pem }, {}, 'tls.key'],
    [{ ca: '/a/path.pem' }, {}, 'tls.ca'],
    [{ caFile: pem }, {}, 'tls.caFile'],
    [{ caPath: pem }, {}, 'tls.caPath'],
    [{ serverName: 'a b' }, {}, 'tls.serverName'],
    [{ verify: 'no' }, {}, 'tls.verify'],
    [{ certFile: '' }, {}, 'tls.certFile'],
    [{ cert: 42, key: pem }, {}, 'tls.cert'],
    [{}, { CONSUL_CLIENT_CERT: '/c' }, 'CONSUL_CLIENT_CERT'],
    [{}, { CONSUL_CLIENT_KEY: '/k' }, 'CONSUL_CLIENT_KEY'],
    [{}, { CONSUL_CACERT: pem }, 'CONSUL_CACERT'],
    [{}, { CONSUL_HTTP_SSL_VERIFY: 'no' }, 'CONSUL_HTTP_SSL_VERIFY'],
  ])('%j with %j is refused', (tls, environment, field) => {
    expect(fieldsOf(resolveConsulSettings({ address, tls }, environment))).toEqual([field]);
  });

  it('in code needs an https address', () => {
    expect(fieldsOf(resolveConsulSettings({ tls: { caFile: 'a' } }, {}))).toEqual(['tls']);
    expect(fieldsOf(resolveConsulSettings({ address: 42, tls: { caFile: 'a' } }, {}))).toEqual([
      'address',
    ]);
    expect(consulSettings({ tls: {} }, {})).not.toHaveProperty('tls');
  });
});
