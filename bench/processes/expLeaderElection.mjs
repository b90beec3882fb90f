// npm exp-leader-election, in a process of its own. It has no stop: whoever wants it to go ends the process.
import leaderElection from 'exp-leader-election';
import { nowNs } from '../support/nowNs.mjs';

const { address, key, ttl, lockDelay } = JSON.parse(process.argv[2]);
const { hostname, port } = new URL(address);

leaderElection({ key, consul: { host: hostname, port, ttl, lockDelay } })
  .on('gainedLeadership', () => process.send({ kind: 'Leader', atNs: nowNs() }))
  .on('error', (error) => process.send({ kind: 'Error', message: String(error) }));
process.once('disconnect', () => process.exit());
process.send({ kind: 'Joined' });
