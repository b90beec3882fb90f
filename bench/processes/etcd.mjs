// An election of npm etcd3, in a process of its own.
import { Etcd3 } from 'etcd3';
import { nowNs } from '../support/nowNs.mjs';

const { address, key, ttl } = JSON.parse(process.argv[2]);
const campaign = new Etcd3({ hosts: address }).election(key, ttl).campaign(String(process.pid));

campaign.on('elected', () => process.send({ kind: 'Leader', atNs: nowNs() }));
campaign.on('error', ({ message }) => process.send({ kind: 'Error', message }));

process.on('message', async () => {
  const atNs = nowNs();
  await campaign.resign();
  process.send({ kind: 'Resigned', atNs }, () => process.exit());
});
process.once('disconnect', () => process.exit());
await campaign.getCampaignKey();
process.send({ kind: 'Joined' });
