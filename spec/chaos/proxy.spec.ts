import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { nowMs } from '../e2e/support/terms.js';
import { proxyTo, type Proxy } from './proxy.js';

/** What a socket has received, and a wait for more of it. */
function heardBy(socket: Socket): {
  readonly text: () => string;
  until: (text: string) => Promise<void>;
} {
  let heard = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => (heard += chunk));
  return {
    text: () => heard,
    until: async (text) => {
      while (!heard.includes(text)) await once(socket, 'data');
    },
  };
}

describe('the proxy of the chaos', () => {
  let server: Server;
  let proxy: Proxy;
  let client: Socket;
  let upstream: Socket;

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    proxy = await proxyTo((server.address() as AddressInfo).port);
    client = connect(Number(new URL(proxy.address).port), '127.0.0.1').on('error', () => undefined);
    [upstream] = (await once(server, 'connection')) as [Socket];
    upstream.on('error', () => undefined);
  });

  afterEach(async () => {
    client.destroy();
    upstream.destroy();
    await proxy.close();
    server.close();
  });

  it('passes both ways', async () => {
    const [there, back] = [heardBy(upstream), heardBy(client)];
    client.write('ask');
    await there.until('ask');
    upstream.write('answer');
    await back.until('answer');
    expect([there.text(), back.text()]).toEqual(['ask', 'answer']);
  });

  it.each([
    ['cut-requests', '', 'answer'],
    ['cut-answers', 'ask', ''],
    ['blackhole', '', ''],
  ] as const)('holds back what %s says, and lets it arrive late', async (kind, asked, answered) => {
    const [there, back] = [heardBy(upstream), heardBy(client)];
    proxy.set({ kind });
    client.write('ask');
    upstream.write('answer');
    if (asked !== '') await there.until(asked);
    if (answered !== '') await back.until(answered);
    // What passes elsewhere shows that time enough went by.
    await passedElsewhere(server);
    expect([there.text(), back.text()]).toEqual([asked, answered]);
    proxy.set({ kind: 'pass' });
    await Promise.all([there.until('ask'), back.until('answer')]);
    expect([there.text(), back.text()]).toEqual(['ask', 'answer']);
  });

  it('delays', async () => {
    const there = heardBy(upstream);
    const sentAtMs = nowMs();
    proxy.set({ kind: 'delay', delayMs: 50 });
    client.write('ask');
    await there.until('ask');
    expect(nowMs() - sentAtMs).toBeGreaterThanOrEqual(49);
  });

  it('resets what there is, and what comes', async () => {
    const ended = new Promise((resolve) => client.once('close', resolve));
    proxy.set({ kind: 'reset' });
    await ended;
    const late = connect(Number(new URL(proxy.address).port), '127.0.0.1');
    const [error] = (await once(late, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
  });
});

/** A round trip past the proxy, for which both sides of it had to run their event loop. */
async function passedElsewhere(server: Server): Promise<void> {
  const direct = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [other] = (await once(server, 'connection')) as [Socket];
  other.end('past');
  await heardBy(direct).until('past');
  direct.destroy();
}
