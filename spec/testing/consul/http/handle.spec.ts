import { handle } from '../../../../lib/testing/consul/http/handle.js';
import { cleanPath } from '../../../../lib/testing/consul/http/cleanPath.js';
import type { ModelRequest, Outcome } from '../../../../lib/testing/consul/http/message.js';
import { emptyConsul } from '../../../../lib/testing/consul/model/state.js';

const nobody = '00000000-0000-4000-8000-000000000000';

function request(method: string, path: string, query = {}, body = ''): ModelRequest {
  const bytes = new TextEncoder().encode(body);
  return { method, path, query, body: bytes, bodyBytes: bytes.length, newSessionId: nobody };
}

function waitOf(query: Readonly<Record<string, string>>): Outcome {
  return handle(emptyConsul(), request('GET', '/v1/kv/a', query), 0)[1];
}

describe('handle', () => {
  it.each([
    [{}, 300_000],
    [{ wait: '0s' }, 300_000],
    [{ wait: '-1s' }, 300_000],
    [{ wait: '1500ms' }, 1500],
    [{ wait: '11m' }, 600_000],
  ])('waits with %j for %d ms', (query, waitMs) => {
    expect(waitOf(query)).toMatchObject({ kind: 'read', waitMs });
  });

  it('gives the default of five minutes and no index to an empty parameter', () => {
    expect(waitOf({ index: '', wait: '' })).toMatchObject({ minIndex: 0, waitMs: 300_000 });
  });

  it('ends sessions whose time has come before it looks at the request', () => {
    const [made] = handle(
      emptyConsul(),
      request('PUT', '/v1/session/create', {}, '{"TTL":"10s"}'),
      0,
    );
    const [, early] = handle(made, request('PUT', `/v1/session/renew/${nobody}`), 19_999);
    const [, late] = handle(made, request('PUT', `/v1/session/renew/${nobody}`), 20_000);
    expect(early).toMatchObject({ response: { status: 200 } });
    expect(late).toMatchObject({ response: { status: 404 } });
  });

  it('refuses a path that is not percent-encoded properly', () => {
    const [, outcome] = handle(emptyConsul(), request('GET', '/v1/kv/%zz'), 0);
    expect(outcome).toMatchObject({ response: { status: 400 } });
  });

  it('keeps the parameters of a request that it sends elsewhere', () => {
    const [, outcome] = handle(
      emptyConsul(),
      request('PUT', '/v1/kv/a//b', { flags: '1', recurse: '' }),
      0,
    );
    expect(outcome).toMatchObject({
      response: { status: 301, headers: { location: '/v1/kv/a/b?flags=1&recurse' }, body: '' },
    });
  });

  it.each([
    ['GET', '/v1/health/node/n1', 501],
    ['PUT', '/v1/agent/connect/authorize', 501],
    ['GET', '/v1/acl', 501],
    ['GET', '/v1/agents', 404],
    ['GET', '/ui/', 404],
  ])('says that it does not serve %s %s', (method, path, status) => {
    const [, outcome] = handle(emptyConsul(), request(method, path), 0);
    const body = expect.stringContaining(`does not serve ${method} ${path}.`) as unknown;
    expect(outcome).toMatchObject({ response: { status, body } });
  });

  it.each(['filter', 'node-meta'])('does not pass over ?%s of the catalog', (name) => {
    const [, outcome] = handle(
      emptyConsul(),
      request('GET', '/v1/catalog/nodes', { [name]: '' }),
      0,
    );
    const body = expect.stringContaining(`does not serve GET with ?${name}.`) as unknown;
    expect(outcome).toMatchObject({ response: { status: 501, body } });
  });

  it('takes a body of a session whose size is not declared for none, as Consul does', () => {
    const chunked = { ...request('PUT', '/v1/session/create', {}, '{"TTL":"10s"}') };
    const [state] = handle(emptyConsul(), { ...chunked, bodyBytes: undefined }, 0);
    expect([...state.sessions.values()]).toMatchObject([{ ttl: '', nodeChecks: ['serfHealth'] }]);
  });

  it('has no method that an object inherits', () => {
    const [, outcome] = handle(emptyConsul(), request('constructor', '/v1/txn'), 0);
    expect(outcome).toMatchObject({ response: { status: 405 } });
  });
});

describe('cleanPath', () => {
  it.each([
    ['/v1/kv/a', '/v1/kv/a'],
    ['/v1/kv/a/', '/v1/kv/a/'],
    ['/v1/kv//a', '/v1/kv/a'],
    ['/v1/kv/a/.', '/v1/kv/a'],
    ['/v1/kv/a/..', '/v1/kv'],
    ['/../..', '/'],
    ['/', '/'],
    ['/v1/kv/...', '/v1/kv/...'],
  ])('turns %s into %s', (path, clean) => {
    expect(cleanPath(path)).toBe(clean);
  });
});
