import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Observable } from 'rxjs';
import type { Consul } from '../../../lib/consul/http/consul.js';
import { readPrefix } from '../../../lib/consul/kv/readKey.js';
import { readRaftLeader } from '../../../lib/consul/status/readRaftLeader.js';
import { consulAt, httpServer } from './httpServer.js';
import { outcome } from './outcome.js';

const entry = (key: string) => ({
  ...{ Key: key, Value: null, Flags: 0, CreateIndex: 1, ModifyIndex: 2, LockIndex: 0 },
});

const compressed =
  (body: Buffer, status = 200): RequestListener =>
  (_, response) =>
    void response
      .writeHead(status, { 'content-encoding': 'gzip', 'x-consul-index': '7' })
      .end(body);

const readOfPrefix = (consul: Consul): Observable<unknown> => readPrefix(consul, 'p/');

/** Reads, a prefix unless told otherwise, from a server that answers so: what came of it, and what was asked for. */
async function reading(listener: RequestListener, read = readOfPrefix) {
  const server = await httpServer(listener);
  const consul = consulAt({ address: server.address, token: 'secret' });
  const result = await outcome(read(consul));
  consul.transport.close().subscribe();
  await server.close();
  return { result, accepted: server.requests.map(({ headers }) => headers['accept-encoding']) };
}

describe('an answer that is compressed', () => {
  it('is asked for, and read', async () => {
    const entries = Array.from({ length: 1_000 }, (_, index) => entry(`p/${index}`));
    const { result, accepted } = await reading(compressed(gzipSync(JSON.stringify(entries))));
    expect(result).toMatchObject({ index: 7, entries: entries.map(({ Key }) => ({ key: Key })) });
    expect(accepted).toEqual(['gzip']);
  });

  it('is not asked for where the answer is small: unpacking it would delay a handover', async () => {
    const small: RequestListener = (_, response) => void response.end('"127.0.0.1:8300"');
    const { result, accepted } = await reading(small, readRaftLeader);
    expect(result).toBe('127.0.0.1:8300');
    expect(accepted).toEqual([undefined]);
  });

  it('is not unpacked beyond the bound of every other answer', async () => {
    const { result } = await reading(compressed(gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))));
    expect(result).toMatchObject({ code: 'ANSWER_TOO_LARGE', retryable: false });
  });

  it.each([
    ['no gzip at all', Buffer.from('[]')],
    ['gzip that is cut short', gzipSync('[]').subarray(0, -9)],
  ])('is an error with a code where it is %s', async (_, body) => {
    const { result } = await reading(compressed(body));
    expect(result).toMatchObject({ code: 'ANSWER_MALFORMED', retryable: true });
  });

  it('shows no token where it quotes the request', async () => {
    const { result } = await reading(compressed(gzipSync('no: secret'), 500));
    expect(String(result)).toContain('no: (hidden)');
  });
});
