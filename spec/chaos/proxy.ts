import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import { timer } from 'rxjs';

/**
 * What a proxy does to the bytes that pass. `cut-requests` and `cut-answers` hold one direction back;
 * what was held arrives late when the proxy passes again, as TCP would send it anew. `blackhole` holds
 * both. `reset` ends every connection, and each new one as soon as it is made.
 */
export type Passage =
  | { readonly kind: 'pass' }
  | { readonly kind: 'delay'; readonly delayMs: number }
  | { readonly kind: 'cut-requests' | 'cut-answers' | 'blackhole' | 'reset' };

/** A TCP proxy on the loopback. */
export interface Proxy {
  /** `http://127.0.0.1:<port>`. */
  readonly address: string;
  /** What happens to all bytes from now on, also to those under way. */
  readonly set: (passage: Passage) => void;
  /** Ends every connection and stops listening. */
  readonly close: () => Promise<void>;
}

type Direction = 'requests' | 'answers';

/** Starts one before a server on the loopback. */
export async function proxyTo(port: number): Promise<Proxy> {
  let passage: Passage = { kind: 'pass' };
  const pairs = new Set<Pair>();
  const server = createServer((client) => {
    if (passage.kind === 'reset') {
      client.resetAndDestroy();
      return;
    }
    const pair = pairOf(client, port, () => passage);
    pairs.add(pair);
    client.once('close', () => pairs.delete(pair));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set: (next) => {
      passage = next;
      for (const pair of pairs) pair.passageChanged();
    },
    close: async () => {
      for (const pair of pairs) pair.reset();
      await closed(server);
    },
  };
}

interface Pair {
  readonly passageChanged: () => void;
  readonly reset: () => void;
}

/** Both halves of a connection; each holds back what the passage of the moment does not let through. */
function pairOf(client: Socket, port: number, passage: () => Passage): Pair {
  const upstream = connect(port, '127.0.0.1');
  const reset = (): void => {
    client.resetAndDestroy();
    upstream.resetAndDestroy();
  };
  const flows = [
    flow(client, upstream, 'requests', passage),
    flow(upstream, client, 'answers', passage),
  ];
  for (const socket of [client, upstream]) {
    socket.setNoDelay(true);
    socket.on('error', reset).once('close', reset);
  }
  return {
    reset,
    passageChanged: () => {
      if (passage().kind === 'reset') reset();
      else for (const release of flows) release();
    },
  };
}

const holds = ({ kind }: Passage, direction: Direction): boolean =>
  kind === 'blackhole' || kind === `cut-${direction}`;

/** Passes chunks on in their order; returns what lets go of those that are held. */
function flow(from: Socket, to: Socket, direction: Direction, passage: () => Passage): () => void {
  const held: Buffer[] = [];
  const pass = (chunk: Buffer): void => {
    if (!to.destroyed) to.write(chunk);
  };
  const release = (): void => {
    while (held.length > 0 && !holds(passage(), direction)) pass(held.shift()!);
  };
  from.on('data', (chunk: Buffer) => {
    const now = passage();
    held.push(chunk);
    if (now.kind === 'delay') timer(now.delayMs).subscribe(release);
    else release();
  });
  return release;
}

async function closed(server: Server): Promise<void> {
  server.close();
  await once(server, 'close');
}
