import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { consulBinary } from '../../scripts/consul.mjs';
import { ownedFolder, removeOwned } from '../../scripts/owned.mjs';
import { startChild } from './child.mjs';
import { freePorts } from './ports.mjs';

const startMs = 30_000;

/**
 * A Consul agent of its own in development mode, on free ports: one server that keeps everything in
 * memory, so that no disk adds to what is measured. Network coordinates are off, since each of their
 * updates is a raft write.
 */
export async function startAgent(more = {}) {
  const folder = ownedFolder('bench-consul-');
  const [http, server, serfLan, serfWan] = await freePorts(4);
  const file = join(folder, 'agent.json');
  writeFileSync(
    file,
    JSON.stringify({
      node_name: 'bench',
      bind_addr: '127.0.0.1',
      client_addr: '127.0.0.1',
      disable_update_check: true,
      disable_coordinates: true,
      log_level: 'warn',
      ports: { http, https: -1, dns: -1, grpc: -1, server, serf_lan: serfLan, serf_wan: serfWan },
      ...more,
    }),
  );
  const args = [consulBinary(), 'agent', '-dev', `-config-file=${file}`];
  const child = startChild('guarded.mjs', undefined, { args });
  const { pid } = await child.next(({ kind }) => kind === 'Started', startMs, 'its start');
  const address = `http://127.0.0.1:${http}`;
  const agent = {
    address,
    pid,
    get: async (path) => (await fetch(`${address}${path}`)).json(),
    put: async (path, body = '') =>
      (await fetch(`${address}${path}`, { method: 'PUT', body })).json(),
    /** Raft entries so far. */
    raftIndex: async () => Number((await agent.get('/v1/agent/self')).Stats.raft.last_log_index),
    /** Established connections of others to the agent's HTTP port. */
    connections: () => connectionsTo(http),
    stop: async () => {
      await child.end();
      removeOwned(folder);
    },
  };
  await ready(agent);
  return agent;
}

async function ready(agent) {
  const deadline = performance.now() + startMs;
  while (performance.now() < deadline) {
    const checks = await agent.get('/v1/health/node/bench').catch(() => []);
    if (checks.some(({ CheckID, Status }) => CheckID === 'serfHealth' && Status === 'passing'))
      return;
    await pause(50);
  }
  throw new Error(`Consul did not become ready within ${startMs} ms.`);
}

/** Sockets of the loopback in the state ESTABLISHED whose remote end is this port; Linux only. */
function connectionsTo(port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return ['/proc/net/tcp', '/proc/net/tcp6']
    .flatMap((file) => readFileSync(file, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote, state]) => remote?.endsWith(suffix) && state === '01').length;
}
