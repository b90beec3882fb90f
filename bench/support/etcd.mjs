import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { debianPackage } from '../../scripts/debianPackage.mjs';
import { ownedFolder, removeOwned } from '../../scripts/owned.mjs';
import { startChild } from './child.mjs';
import { freePorts } from './ports.mjs';

/** The last suite of Debian before etcd 3.5, whose server npm's etcd3 was written for. */
const suite = 'bookworm';
const cached = fileURLToPath(
  new URL(`../../.cache/etcd/${suite}-${process.arch}`, import.meta.url),
);

const runs = (folder) => spawnSync(join(folder, 'etcd'), ['--version']).status === 0;

/** Path of an etcd that runs: the one on the PATH, or Debian's; throws with the reason. */
function etcdBinary() {
  if (spawnSync('etcd', ['--version']).status === 0) return 'etcd';
  if (!runs(cached)) debianPackage({ name: 'etcd-server', suite, target: cached, runs });
  return join(cached, 'etcd');
}

/** One etcd server on free ports. Unlike the Consul of the bench it writes to the disk, as it always does. */
export async function startEtcd() {
  const binary = etcdBinary();
  const version = spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout.split('\n')[0];
  const folder = ownedFolder('bench-etcd-');
  const [client, peer] = (await freePorts(2)).map((port) => `http://127.0.0.1:${port}`);
  const args = [
    binary,
    ...['--data-dir', folder, '--log-level', 'error'],
    ...['--listen-client-urls', client, '--advertise-client-urls', client],
    ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
    ...['--initial-cluster', `default=${peer}`],
  ];
  const child = startChild('guarded.mjs', undefined, { args });
  await child.next(({ kind }) => kind === 'Started', 10_000, 'its start');
  for (let tries = 0; ; tries += 1) {
    const healthy = await fetch(`${client}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (healthy) break;
    if (tries > 200) throw new Error('etcd did not become ready within 10 s.');
    await pause(50);
  }
  return {
    address: client,
    version,
    stop: async () => {
      await child.end();
      removeOwned(folder);
    },
  };
}
