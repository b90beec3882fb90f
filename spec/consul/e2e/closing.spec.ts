import type { RequestListener, ServerResponse } from 'node:http';
import { fromEvent } from 'rxjs';
import type { Consul } from '../../../lib/consul/http/consul.js';
import { readRaftLeader } from '../../../lib/consul/status/readRaftLeader.js';
import { consulAt, httpServer, type HttpServer } from './httpServer.js';
import { outcome, until } from './outcome.js';

const leader = '127.0.0.1:8300';
const answer: RequestListener = (_, response) => void response.end(`"${leader}"`);

let server: HttpServer;
let consul: Consul;

const closing = (): Promise<unknown> => outcome(consul.transport.close());

async function start(listener: RequestListener): Promise<void> {
  server = await httpServer(listener);
  consul = consulAt({ address: server.address });
}

afterEach(async () => {
  consul.transport.close().subscribe();
  await server.close();
});

describe('closing', () => {
  it('completes where nothing was ever sent, and opens nothing', async () => {
    await start(answer);
    expect(await closing()).toBe('completed');
    expect(server.connections).toEqual([]);
  });

  it('does nothing before it is subscribed', async () => {
    await start(answer);
    await outcome(readRaftLeader(consul));
    void consul.transport.close();
    const [kept] = server.connections;
    expect(await outcome(readRaftLeader(consul))).toBe(leader);
    expect(kept?.destroyed).toBe(false);
  });

  it('closes the connections that are idle', async () => {
    await start(answer);
    await outcome(readRaftLeader(consul));
    const [idle] = server.connections;
    const gone = outcome(fromEvent(idle!, 'close'));
    await closing();
    await gone;
    expect(idle?.destroyed).toBe(true);
  });

  it('lets a request finish that Consul has got, and completes after it', async () => {
    const held: ServerResponse[] = [];
    const events: string[] = [];
    await start((_, response) => void held.push(response));
    const answered = outcome(readRaftLeader(consul)).then((said) => events.push(String(said)));
    await until(() => held.length > 0);
    const closed = closing().then((said) => events.push(String(said)));
    held[0]?.end(`"${leader}"`);
    await Promise.all([answered, closed]);
    expect(events).toEqual([leader, 'completed']);
  });

  it('lets a request finish that was begun an instant before', async () => {
    await start(answer);
    await outcome(readRaftLeader(consul));
    const answered = outcome(readRaftLeader(consul));
    const closed = closing();
    expect(await answered).toBe(leader);
    expect(await closed).toBe('completed');
  });

  it('completes where the files for TLS are missing', async () => {
    await start(answer);
    consul = consulAt({ address: 'https://127.0.0.1:1', tls: { caFile: '/no/such/ca.pem' } });
    const failed = outcome(readRaftLeader(consul));
    expect(await closing()).toBe('completed');
    expect(await failed).toMatchObject({ code: 'FILE_UNREADABLE' });
  });
});
