import { connect, createServer, type Server, type Socket } from 'node:net';
import { merge, type Observable, type Subscription } from 'rxjs';
import { electionGroup, readPrefix, consulFrom, type ElectionGroup } from '../../lib/index.js';
import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { ended, first as onlyValue } from './support/contest.js';

const keys = Array.from({ length: 1_000 }, (_, index) => `${index}`);

/** A way to Consul that counts the connections which pass. */
async function counted(
  address: string,
): Promise<{ address: string; most: () => number; close: () => void }> {
  const { hostname, port } = new URL(address);
  const open = new Set<Socket>();
  let most = 0;
  const server: Server = createServer((near) => {
    const far = connect(Number(port), hostname);
    open.add(near);
    most = Math.max(most, open.size);
    near.pipe(far).pipe(near);
    near.on('close', () => open.delete(near));
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const listening = server.address();
  return {
    address: `http://127.0.0.1:${typeof listening === 'object' ? listening?.port : ''}`,
    most: () => most,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Joins all keys; resolves once the group leads as many as that. */
const leading = (group: ElectionGroup, all: Observable<unknown>, count: number) =>
  new Promise<Subscription>((resolve, reject) => {
    const subscription = all.subscribe({
      next: () => {
        if (group.leading().length >= count) resolve(subscription);
      },
      error: reject,
    });
  });

describeWithConsul('a group of a thousand keys on a real Consul with its default limits', () => {
  const agent = agentFor();
  const join = (group: ElectionGroup) => merge(...keys.map((key) => group.leadership$(key)));

  it('leads them all by few connections, hands them over, and leaves nothing behind', async () => {
    const way = await counted(agent().address);
    const prefix = 'thousand/';
    const first = electionGroup({ prefix, consul: { address: way.address } });
    await leading(first, join(first), keys.length);
    expect(way.most()).toBeLessThanOrEqual(8);

    const second = electionGroup({ prefix, consul: { address: agent().address } });
    const taken = leading(second, join(second), keys.length);
    await ended(first.resign());
    await taken;
    expect(first.leading()).toEqual([]);
    await ended(second.resign());
    const { entries } = await onlyValue(
      readPrefix(consulFrom({ address: agent().address }), prefix),
    );
    expect(entries.filter(({ sessionId }) => sessionId !== undefined)).toEqual([]);
    way.close();
  });
});
