import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { fromEvent, ignoreElements, merge, take, type Observable } from 'rxjs';
import type { ConsulOptions } from '../../../lib/config/model/options.js';
import type { Consul } from '../../../lib/consul/http/consul.js';
import { readKey } from '../../../lib/consul/kv/readKey.js';
import { readRaftLeader } from '../../../lib/consul/status/readRaftLeader.js';
import { watchKey } from '../../../lib/watch/watchKey.js';
import { consulAt, httpServer, type HttpServer } from './httpServer.js';
import { outcome, until } from './outcome.js';

let folder: string;
let server: HttpServer;
let consul: Consul;

const isPoll = ({ url }: IncomingMessage) => url?.includes('index=') === true;

/** Answers calls at once, and polls never. */
const answer: RequestListener = (request, response) => {
  if (!isPoll(request)) response.writeHead(200).end('"127.0.0.1:8300"');
};

async function start(options: Partial<ConsulOptions> = {}, at?: string): Promise<void> {
  server = await httpServer(answer, at === undefined ? {} : { at });
  const address = `${server.address}${options.address ?? ''}`;
  consul = consulAt({ ...options, address });
}

const poll = (): Observable<unknown> =>
  readKey(consul, 'k', { wait: { index: 7, waitMs: 60_000 } });

/** Resolves when the server has seen that many requests of a kind. */
const arrived = (count: number, which: (request: IncomingMessage) => boolean): Promise<void> =>
  until(() => server.requests.filter(which).length >= count);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'connections-'));
});

afterEach(async () => {
  consul.transport.close().subscribe();
  await server.close();
  rmSync(folder, { recursive: true });
});

describe('connections', () => {
  it('are kept: calls one after the other open no more than two', async () => {
    await start();
    for (let call = 0; call < 20; call += 1) await outcome(readRaftLeader(consul));
    expect(server.requests).toHaveLength(20);
    // The first can be busy with the end of its answer when the next call comes.
    expect(server.connections.length).toBeLessThanOrEqual(2);
  });

  it('are kept: a watch stays on the one of its long polls, however often it wakes', async () => {
    let index = 1;
    server = await httpServer((_, response) => {
      index += 1;
      response.writeHead(404, { 'x-consul-index': String(index) }).end();
    });
    consul = consulAt({ address: server.address });
    await outcome(watchKey(consul, 'k', { waitMs: 60_000 }).pipe(take(8), ignoreElements()));
    expect(server.requests.filter(isPoll)).toHaveLength(7);
    // One more is the plain read's, with which the watch began.
    expect(server.connections).toHaveLength(2);
  });

  it('of long polls are their own: calls go through however many polls are waiting', async () => {
    await start();
    const polls = merge(...Array.from({ length: 40 }, poll)).subscribe();
    await arrived(40, isPoll);
    expect(await outcome(readRaftLeader(consul))).toBe('127.0.0.1:8300');
    polls.unsubscribe();
  });

  it.each([
    ['a poll', poll, isPoll],
    [
      'a call',
      () => readKey(consul, 'silent'),
      ({ url }: IncomingMessage) => url === '/v1/kv/silent',
    ],
  ])('are closed under %s that is unsubscribed', async (_, request, which) => {
    server = await httpServer(() => undefined);
    consul = consulAt({ address: server.address });
    const subscription = request().subscribe();
    await arrived(1, which);
    const closed = outcome(fromEvent(server.connections[0]!, 'close'));
    subscription.unsubscribe();
    await closed;
    expect(server.connections[0]?.destroyed).toBe(true);
  });

  it('are opened anew after they were closed', async () => {
    await start();
    await outcome(readRaftLeader(consul));
    consul.transport.close().subscribe();
    expect(await outcome(readRaftLeader(consul))).toBe('127.0.0.1:8300');
    expect(server.connections).toHaveLength(2);
  });

  it('lead through a unix socket', async () => {
    await start({}, join(folder, 'consul.sock'));
    expect(await outcome(readRaftLeader(consul))).toBe('127.0.0.1:8300');
  });
});

describe('a request', () => {
  const seen = () => server.requests.map(({ url, headers }) => ({ url, headers }));

  it('goes below the prefix of the address', async () => {
    await start({ address: '/behind/a/proxy' });
    await outcome(readRaftLeader(consul));
    expect(seen()[0]?.url).toBe('/behind/a/proxy/v1/status/leader');
  });

  it('carries token and credentials in headers, and nowhere else', async () => {
    await start({ token: 'secret-token', auth: 'user:secret-password' });
    await outcome(readRaftLeader(consul));
    expect(seen()[0]).toMatchObject({
      url: '/v1/status/leader',
      headers: {
        'x-consul-token': 'secret-token',
        authorization: `Basic ${Buffer.from('user:secret-password').toString('base64')}`,
      },
    });
  });

  it('carries no token where there is none', async () => {
    await start();
    await outcome(readRaftLeader(consul));
    expect(seen()[0]?.headers).not.toHaveProperty('x-consul-token');
  });

  it('carries the token that the file holds now', async () => {
    const tokenFile = join(folder, 'token');
    await start({ tokenFile });
    for (const token of ['the-first', 'one-of-another-length']) {
      writeFileSync(tokenFile, `${token}\n`);
      await outcome(readRaftLeader(consul));
    }
    const tokens = server.requests.map(({ headers }) => headers['x-consul-token']);
    expect(tokens).toEqual(['the-first', 'one-of-another-length']);
  });

  it.each([
    ['is not there', undefined],
    ['is empty', ''],
    ['holds two lines', 'secret-one\nsecret-two'],
  ])('is not sent while the token file %s, and goes through afterwards', async (_, text) => {
    const tokenFile = join(folder, 'token');
    if (text !== undefined) writeFileSync(tokenFile, text);
    await start({ tokenFile });
    const error = await outcome(readRaftLeader(consul));
    expect(error).toMatchObject({ code: 'FILE_UNREADABLE', details: { path: tokenFile } });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('secret');
    expect(server.requests).toEqual([]);
    writeFileSync(tokenFile, 'a-good-token');
    expect(await outcome(readRaftLeader(consul))).toBe('127.0.0.1:8300');
  });
});
