import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { map, Observable, switchMap, take, toArray } from 'rxjs';
import { consulFrom, watchKey } from '../../lib/index.js';
import { first } from './support/contest.js';
import { embeddedFor } from './support/embeddedFor.js';

const cutAfterMs = 1_200;

const ends = {
  reset: (socket: Socket) => socket.resetAndDestroy(),
  closed: (socket: Socket) => socket.end(),
};

/** A proxy that ends each connection on which a long poll has lasted for a while; tells of each cut. */
function cuttingProxy(upstream: string, end: (socket: Socket) => void, cut: () => void) {
  return new Observable<string>((subscriber) => {
    const sockets = new Set<Socket>();
    const server = createServer((client) => {
      const { hostname, port } = new URL(upstream);
      const consul = connect(Number(port), hostname);
      sockets.add(client);
      client.on('data', (chunk: Buffer) => {
        if (!chunk.includes('index=')) return;
        setTimeout(() => {
          if (client.destroyed) return;
          end(client);
          cut();
        }, cutAfterMs).unref();
      });
      client.pipe(consul).pipe(client);
      for (const socket of [client, consul]) {
        socket.on('error', () => undefined);
        socket.on('close', () => {
          client.destroy();
          consul.destroy();
        });
      }
    });
    server.listen(0, '127.0.0.1', () => {
      subscriber.next(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
    return () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    };
  });
}

describe('a long poll whose connection is', () => {
  const embedded = embeddedFor();

  it.each(['reset', 'closed'] as const)('%s goes on without an error', async (how) => {
    const { address, consul } = embedded();
    const key = `watched-${how}`;
    const change = () => consul.put(key, 'written after the cut');
    const seen$ = cuttingProxy(address, ends[how], change).pipe(
      switchMap((proxied) => watchKey(consulFrom({ address: proxied }), key, { waitMs: 45_000 })),
      map(({ entry }) => entry?.value),
      take(2),
      toArray(),
    );
    expect(await first(seen$)).toEqual([undefined, 'written after the cut']);
  });
});
