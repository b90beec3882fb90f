import { setTimeout as pause } from 'node:timers/promises';
import { startAgent } from '../support/agent.mjs';
import { startChild } from '../support/child.mjs';
import { isFollowing, isKind } from '../support/kinds.mjs';
import { msBetween } from '../support/nowNs.mjs';
import { median } from '../support/statistics.mjs';

const contenders = 100;
const joinMs = 60_000;

/** Consul's own limit is 200 connections for each client address, and all of these have the same. */
const roomy = { limits: { http_max_conns_per_client: 1_000 } };

/** Longer than the second for which a leader that has stepped down lets the others go first. */
const settleMs = 1_500;

/** A hundred processes for one key: what a handover costs Consul, the first ones and later. */
export const herd = {
  name: 'herd',
  title: `${contenders} contenders on one key`,
  runs: 25,
  run: async ({ runs, progress }) => {
    const agent = await startAgent(roomy);
    const contenders = await contendersOn(agent);
    const handovers = [];
    for (let run = 0; run < runs; run += 1) {
      await pause(settleMs);
      const before = await agent.raftIndex();
      const lastedMs = await contenders.handOver();
      await pause(settleMs);
      handovers.push({ writes: (await agent.raftIndex()) - before, lastedMs });
      progress(run + 1, runs);
    }
    await pause(settleMs);
    const before = await agent.raftIndex();
    await pause(5_000);
    const idleWrites = (await agent.raftIndex()) - before;
    await agent.stop();
    return outcomeOf(handovers, idleWrites);
  },
};

/** How many of the first handovers teach the contenders that they are many. */
const lessons = 3;

function outcomeOf(handovers, idleWrites) {
  const learnt = handovers.slice(lessons);
  const writes = learnt.map((handover) => handover.writes);
  const mean = writes.reduce((sum, count) => sum + count, 0) / writes.length;
  const lasted = learnt.map(({ lastedMs }) => lastedMs);
  return {
    samples: { [`handover among ${contenders}`]: lasted },
    figures: [
      { name: 'raft writes of a handover, median', value: median(writes), unit: '', most: 5 },
      { name: 'raft writes of a handover, mean', value: mean, unit: '' },
      { name: 'raft writes of a handover, max', value: Math.max(...writes), unit: '' },
      { name: 'handover, median', value: median(lasted), unit: 'ms' },
      { name: 'raft writes in 5 s without a handover', value: idleWrites, unit: '' },
    ],
    notes: [
      `A handover is one release, one acquisition and the refused attempts. The first ${lessons}, in which the contenders learn that they are many, cost ${handovers
        .slice(0, lessons)
        .map((handover) => handover.writes)
        .join(', ')} writes and are not counted above.`,
    ],
    handovers,
  };
}

async function contendersOn(agent) {
  const options = { key: 'bench/herd', consul: { address: agent.address } };
  let hear = () => {};
  const children = [];
  let leader;
  for (let at = 0; at < contenders; at += 1) {
    const child = startChild('contender.mjs', options, {
      onMessage: (message) => message.kind === 'Leader' && hear(children[at], message),
    });
    children.push(child);
    // A few at a time, or all starve each other while they load.
    if (at % 4 === 3) await child.next(isFollowing, joinMs, 'a leader');
    else if (at === 0) {
      await child.next(isKind('Leader'), joinMs, 'leadership');
      leader = child;
    }
  }
  for (const child of children) child.tell('hush');
  return {
    handOver: async () => {
      const next = new Promise((resolve) => {
        hear = (child, { atNs }) => resolve({ child, atNs });
      });
      leader.forget();
      leader.tell('stepDown');
      const { atNs: fromNs } = await leader.next(isKind('Resigned'), joinMs, 'its resignation');
      const { child, atNs } = await next;
      leader = child;
      return msBetween(fromNs, atNs);
    },
  };
}
