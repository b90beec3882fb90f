import { setTimeout as pause } from 'node:timers/promises';
import { startAgent } from '../support/agent.mjs';
import { startChild } from '../support/child.mjs';
import { isKind } from '../support/kinds.mjs';
import { msBetween, nowNs } from '../support/nowNs.mjs';
import { summary } from '../support/statistics.mjs';

const count = 1_000;
const joinMs = 60_000;
const idleMs = 20_000;
const gc = { nodeArgs: ['--expose-gc'] };
const mebi = 2 ** 20;

/** A thousand keys in one process, by one session. */
export const group = {
  name: 'group',
  title: 'A thousand elections in one process',
  runs: 7,
  run: async ({ runs, progress }) => {
    const agent = await startAgent();
    const idle = await costOf(agent);
    const samples = { 'until all are decided': [], 'until all are led after SIGKILL': [] };
    for (let run = 0; run < runs; run += 1) {
      const { decidedMs, failoverMs } = await lifeOf(agent, `bench/run-${run}/`);
      samples['until all are decided'].push(decidedMs);
      samples['until all are led after SIGKILL'].push(failoverMs);
      progress(run + 1, runs);
    }
    await agent.stop();
    return { samples, figures: figuresOf(idle, samples) };
  },
};

const optionsOf = (agent, prefix, more = {}) => ({
  ...{ as: 'group', prefix, count },
  options: { consul: { address: agent.address }, ...more },
});

/** What a group takes that leads a thousand keys and has nothing else to do. */
async function costOf(agent) {
  const empty = startChild('empty.mjs', {}, gc);
  const without = await empty.next(isKind('Memory'), joinMs, 'its memory');
  await empty.end();
  const child = startChild('many.mjs', optionsOf(agent, 'bench/cost/'), gc);
  await child.next(isKind('LeadsAll'), joinMs, 'leadership of all');
  await pause(2_000);
  const [from, writesFrom] = [await told(child, 'traffic'), await agent.raftIndex()];
  await pause(idleMs);
  const [to, writesTo] = [await told(child, 'traffic'), await agent.raftIndex()];
  const within = await told(child, 'memory');
  await child.kill();
  const seconds = msBetween(from.atNs, to.atNs) / 1_000;
  return {
    connections: to.peakConnections,
    requestsPerS: (to.requests - from.requests) / seconds,
    bytesPerS: (to.bytes - from.bytes) / seconds,
    writes: writesTo - writesFrom,
    heapMiB: (within.heapUsed - without.heapUsed) / mebi,
    rssMiB: (within.rss - without.rss) / mebi,
  };
}

async function told(child, what) {
  const kind = what === 'traffic' ? 'Traffic' : 'Memory';
  child.tell(what);
  return child.next(isKind(kind), joinMs, `its ${what}`);
}

/** One process takes all keys of a new prefix, another one stands by, and the first is killed. */
async function lifeOf(agent, prefix) {
  const options = optionsOf(agent, prefix, { preset: 'fast' });
  const leader = startChild('many.mjs', options, gc);
  const { startedNs, atNs: decidedNs } = await leader.next(isKind('Decided'), joinMs, 'all');
  const follower = startChild('many.mjs', options, gc);
  await follower.next(isKind('Decided'), joinMs, 'all');
  await pause(1_000 + Math.random() * 500);
  const fromNs = nowNs();
  await leader.kill();
  const { atNs: toNs } = await follower.next(isKind('LeadsAll'), joinMs, 'leadership of all');
  await follower.kill();
  return { decidedMs: msBetween(startedNs, decidedNs), failoverMs: msBetween(fromNs, toNs) };
}

function figuresOf(idle, samples) {
  const [decided, failover] = Object.values(samples).map(summary);
  return [
    { name: 'connections to Consul', value: idle.connections, unit: '', most: 8 },
    { name: 'until all are decided, median', value: decided.median, unit: 'ms', most: 1_500 },
    { name: 'heap above an empty process', value: idle.heapMiB, unit: 'MiB', most: 24 },
    { name: 'RSS above an empty process', value: idle.rssMiB, unit: 'MiB', most: 60 },
    { name: 'requests when idle', value: idle.requestsPerS, unit: 'a second', most: 2 },
    { name: 'bytes when idle', value: idle.bytesPerS / 1_000, unit: 'kB/s' },
    { name: 'raft writes in 20 s', value: idle.writes, unit: '' },
    { name: '`fast`: until all are led after SIGKILL, median', value: failover.median, unit: 'ms' },
    {
      name: '`fast`: until all are led after SIGKILL, max',
      value: failover.max,
      unit: 'ms',
      most: 3_000,
    },
  ];
}
