import type { RequestListener, ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { Observable } from 'rxjs';
import { acquireKey } from '../../../lib/consul/txn/acquire.js';
import type { Consul } from '../../../lib/consul/http/consul.js';
import { createSession } from '../../../lib/consul/session/createSession.js';
import { readKey } from '../../../lib/consul/kv/readKey.js';
import { renewSession } from '../../../lib/consul/session/renewSession.js';
import { isElectionError } from '../../../lib/errors.js';
import { consulAt, httpServer } from './httpServer.js';
import { outcome, until } from './outcome.js';

const token = 'c0ffee00-5ec2-e700-0000-000000000000';

const calls: Record<
  'create' | 'renew' | 'read' | 'acquire',
  (consul: Consul) => Observable<unknown>
> = {
  create: (consul) =>
    createSession(consul, { name: 'n', ttlMs: 10_000, lockDelayMs: 0, nodeChecks: [] }),
  renew: (consul) => renewSession(consul, 'id'),
  read: (consul) => readKey(consul, 'k'),
  acquire: (consul) => acquireKey(consul, { key: 'k', sessionId: 'id', value: '', flags: 0n }),
};

const answer =
  (status: number, body: string, headers: Record<string, string> = {}): RequestListener =>
  (_, response) =>
    void response.writeHead(status, headers).end(body);

const indexed = { 'X-Consul-Index': '7' };
const page = '<html><body>Bad gateway</body></html>';

function endless(_: unknown, response: ServerResponse): void {
  response.writeHead(200, indexed);
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
    response.once('drain', more);
  };
  more();
}

/** The code that a call ends with, and everything that can be seen of its error. */
async function failing(call: keyof typeof calls, listener: RequestListener, timeoutMs?: number) {
  const server = await httpServer(listener);
  const consul = consulAt({ address: server.address, token }, timeoutMs);
  const error = await outcome(calls[call](consul));
  consul.transport.close().subscribe();
  const urls = server.requests.map(({ url }) => url).join();
  const sent = server.requests.map(({ headers }) => headers['x-consul-token']);
  await server.close();
  expect([error, isElectionError(error)]).toEqual([error, true]);
  const { code, retryable, message } = error as {
    code: string;
    retryable: boolean;
    message: string;
  };
  const visible = [inspect(error, { depth: 10, showHidden: true }), JSON.stringify(error), urls];
  return { code, retryable, message, visible: visible.join('\n'), sent };
}

describe('an answer that is not what Consul sends', () => {
  it.each<[string, keyof typeof calls, RequestListener, string, boolean]>([
    ['JSON that is cut short', 'create', answer(200, '{"ID": "abc'), 'ANSWER_MALFORMED', true],
    ['an empty body', 'create', answer(200, ''), 'ANSWER_MALFORMED', true],
    ['another type', 'create', answer(200, '{"ID": 7}'), 'ANSWER_MALFORMED', true],
    ['a list where an object belongs', 'create', answer(200, '[]'), 'ANSWER_MALFORMED', true],
    ['the page of a proxy', 'create', answer(200, page), 'ANSWER_MALFORMED', true],
    ['the page of a proxy to a read', 'read', answer(200, page, indexed), 'ANSWER_MALFORMED', true],
    ['no index', 'read', answer(200, '[]'), 'ANSWER_MALFORMED', true],
    [
      'an index that is no number',
      'read',
      answer(404, '', { 'X-Consul-Index': 'x' }),
      'ANSWER_MALFORMED',
      true,
    ],
    ['another key', 'read', answer(200, '[{"Key":"other"}]', indexed), 'ANSWER_MALFORMED', true],
    ['a 404 of something else', 'renew', answer(404, 'no such page'), 'ANSWER_MALFORMED', true],
    ['a renewal of nothing', 'renew', answer(200, '[]'), 'ANSWER_MALFORMED', true],
    ['a 502 with a page', 'create', answer(502, page), 'GATEWAY_FAILED', true],
    ['a body without end', 'read', endless, 'ANSWER_TOO_LARGE', false],
    [
      'a body beyond the bound',
      'read',
      answer(200, 'x'.repeat(5_000_000), indexed),
      'ANSWER_TOO_LARGE',
      false,
    ],
    ['a 429 without a word', 'renew', answer(429, ''), 'RATE_LIMITED', true],
    ['a 503', 'renew', answer(503, ''), 'RATE_LIMITED', true],
    ['a 400', 'create', answer(400, 'Request decode failed: x'), 'REQUEST_REJECTED', false],
    ['a 413', 'create', answer(413, 'Value exceeds'), 'REQUEST_REJECTED', false],
    [
      'a refused permission',
      'create',
      answer(403, 'Permission denied'),
      'PERMISSION_DENIED',
      false,
    ],
    ['an unknown token', 'create', answer(403, 'ACL not found'), 'TOKEN_UNKNOWN', false],
    ['a lost session', 'renew', answer(404, "Session id 'id' not found"), 'SESSION_LOST', false],
    [
      'a transaction without permission',
      'acquire',
      answer(409, '{"Results":null,"Errors":[{"OpIndex":0,"What":"Permission denied"}]}'),
      'PERMISSION_DENIED',
      false,
    ],
    [
      'a transaction with a lost session',
      'acquire',
      answer(409, '{"Results":null,"Errors":[{"OpIndex":0,"What":"invalid session \\"id\\""}]}'),
      'SESSION_LOST',
      false,
    ],
  ])('is an error with a code: %s', async (_, call, listener, code, retryable) => {
    const error = await failing(call, listener);
    expect(error).toMatchObject({ code, retryable, sent: [token] });
    expect(error.visible).not.toContain(token);
  });

  it.each([
    'No cluster leader',
    'rpc error making call: EOF',
    'rpc error making call: rpc error making call: No cluster leader',
    'rpc error getting client: failed to get conn: dial tcp 127.0.0.1:8300: connect: connection refused',
    "lead thread didn't get connection",
    'write tcp 127.0.0.1:1->127.0.0.1:2: write: broken pipe',
    'node is not the leader',
    'leadership lost while committing log',
    'something that nobody has seen yet',
  ])('is retryable as a 500 that passes: %s', async (text) => {
    const error = await failing('create', answer(500, text));
    expect(error).toMatchObject({ code: 'SERVER_ERROR', retryable: true });
    expect(error.message).toContain(text);
  });

  it.each([
    "Invalid Session TTL '9000000000', must be between [10s=24h0m0s]",
    "Session TTL '10' invalid: time: missing unit in duration",
    "Invalid Behavior setting 'nope'",
    "Missing check 'nope' registration",
    'rpc error making call: Missing node registration',
    'No path to datacenter',
  ])('is not retryable as a 500 that only other settings mend: %s', async (text) => {
    const error = await failing('create', answer(500, text));
    expect(error).toMatchObject({ code: 'REQUEST_REJECTED', retryable: false });
    expect(error.message).toContain(text);
  });

  it('closes the connection under a body without end', async () => {
    const server = await httpServer(endless);
    const consul = consulAt({ address: server.address, token });
    await outcome(calls.read(consul));
    const [connection] = server.connections;
    await until(() => connection?.destroyed !== false);
    expect(connection?.destroyed).toBe(true);
    expect(connection?.bytesWritten).toBeLessThan(64 * 1024 * 1024);
    await server.close();
  });

  it('is not followed when it leads elsewhere', async () => {
    const elsewhere = await httpServer(answer(200, '{"ID":"stolen"}'));
    const { code } = await failing(
      'create',
      answer(301, '', { location: `${elsewhere.address}/v1/session/create` }),
    );
    expect(code).toBe('REDIRECTED');
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.close();
  });

  it('shows no token where a proxy quotes the request', async () => {
    const error = await failing('create', (request, response) => {
      response.writeHead(500).end(`no: ${JSON.stringify(request.headers)}`);
    });
    expect(error.code).toBe('SERVER_ERROR');
    expect(error.visible).not.toContain(token);
  });
});

describe('no answer', () => {
  it.each<[string, RequestListener, string]>([
    ['a reset before it', (request) => request.socket.destroy(), 'CONNECTION_FAILED'],
    [
      'a reset in its middle',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"ID":', () => response.socket?.destroy());
      },
      'CONNECTION_FAILED',
    ],
    [
      'a reset in the middle of its headers',
      (request) => {
        request.socket.end('HTTP/1.1 200 OK\r\nContent-Le');
      },
      'CONNECTION_FAILED',
    ],
    [
      'something that is no HTTP',
      (request) => {
        request.socket.end('SSH-2.0-OpenSSH_9.2\r\n');
      },
      'CONNECTION_FAILED',
    ],
    ['silence', () => undefined, 'REQUEST_TIMED_OUT'],
    [
      'silence in its middle',
      (_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"ID":');
      },
      'REQUEST_TIMED_OUT',
    ],
  ])('is an error with a code: %s', async (_, listener, code) => {
    const error = await failing('create', listener, 300);
    expect(error).toMatchObject({ code, retryable: true });
    expect(error.visible).not.toContain(token);
  });

  it.each<[string, RequestListener | Buffer, RegExp]>([
    [
      'the greeting of another protocol',
      Buffer.from('SSH-2.0-OpenSSH_9.2\r\n'),
      /^The server at http:\S+ is not Consul \(it answered "SSH-2\.0-OpenSSH_9\.2", which is not HTTP\)/,
    ],
    ['an alert of TLS', Buffer.from([0x15, 3, 1, 0, 2, 2, 70]), /is not Consul \(it speaks TLS\)/],
    [
      'HTTP that breaks off',
      Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n'),
      /is not Consul \(.*Content-Length/,
    ],
    [
      'nothing before the end',
      (request) => request.socket.end(),
      /^Consul at http:\S+ closed the connection \((UND_ERR_SOCKET|ECONNRESET): .*http or https/,
    ],
  ])('says what came instead: %s', async (_, instead, words) => {
    const listener: RequestListener = Buffer.isBuffer(instead)
      ? ({ socket }) => socket.end(instead)
      : instead;
    const { code, message } = await failing('create', listener);
    expect({ code, message }).toEqual({
      code: 'CONNECTION_FAILED',
      message: expect.stringMatching(words) as unknown,
    });
  });

  it('shows no token where the request comes back as it is', async () => {
    const error = await failing('create', ({ socket, rawHeaders }) => {
      socket.end(['GET / HTTP/1.1', ...rawHeaders].join('\r\n'));
    });
    expect(error.message).toContain('it answered "GET / HTTP/1.1"');
    expect(error.visible).not.toContain(token);
  });

  it('by TLS where something else was meant says that', async () => {
    const server = await httpServer(answer(200, ''));
    const consul = consulAt({ address: server.address.replace('http:', 'https:'), token });
    const error = await outcome(calls.create(consul));
    expect(error).toMatchObject({ code: 'TLS_FAILED', retryable: false });
    expect(String(error)).toContain('The server does not speak TLS');
    await server.close();
  });

  it('from a port where nobody listens is an error that says what to check', async () => {
    const server = await httpServer(answer(200, ''));
    await server.close();
    const consul = consulAt({ address: server.address, token });
    const error = await outcome(calls.create(consul));
    expect(error).toMatchObject({ code: 'CONNECTION_FAILED', retryable: true });
    expect(String(error)).toMatch(/ECONNREFUSED.*consul\.address or CONSUL_HTTP_ADDR/s);
  });
});
