import { setTimeout as pause } from 'node:timers/promises';
import { consulBinary } from '../../scripts/consul.mjs';
import { startAgent } from '../support/agent.mjs';
import { startChild } from '../support/child.mjs';
import { startEtcd } from '../support/etcd.mjs';
import { isKind } from '../support/kinds.mjs';
import { msBetween, nowNs } from '../support/nowNs.mjs';
import { median } from '../support/statistics.mjs';

const joinMs = 30_000;
const patienceMs = 120_000;

/** For a follower to have set its watch. */
const settleMs = 1_500;

const kill = async (leader) => {
  const atNs = nowNs();
  await leader.kill();
  return atNs;
};

/** By its own means of stopping: in words, and when it was told. */
const resign = async (leader) => {
  leader.tell('resign');
  const { atNs } = await leader.next(isKind('Resigned'), joinMs, 'its resignation');
  return atNs;
};

const crashOfLock = async (leader) => {
  leader.tell('crash');
  const { atNs } = await leader.next(isKind('Crashed'), joinMs, 'its crash');
  return atNs;
};

/** From the end of a leader to the next one, with fresh processes, so many times. */
async function successions({ program, options, leave, runs, onRun }) {
  const samples = [];
  let leader = startChild(program, options);
  await leader.next(isKind('Leader'), joinMs, 'leadership');
  for (let run = 0; run < runs; run += 1) {
    const follower = startChild(program, options);
    await follower.next(isKind('Joined'), joinMs, 'its start');
    await pause(settleMs);
    const fromNs = await leave(leader);
    const { atNs } = await follower.next(isKind('Leader'), patienceMs, 'leadership');
    samples.push(msBetween(fromNs, atNs));
    onRun();
    await leader.kill();
    leader = follower;
  }
  await leader.kill();
  return samples;
}

/** What is measured, on which server; each gets a key of its own, and all wait side by side. */
function contestsOf({ consul, etcd, binary }) {
  const exp = (name, timings, runs) => ({
    name: `exp-leader-election, ${name}`,
    program: 'expLeaderElection.mjs',
    options: { address: consul.address, key: `bench/exp-${name}`, ...timings },
    leave: kill,
    runs,
  });
  const lock = (name, leave, runs) => ({
    name: `consul lock, ${name}`,
    program: 'consulLock.mjs',
    options: { binary, address: consul.address, key: `bench/lock-${name}` },
    leave,
    runs,
  });
  const etcd3 = (name, ttl, leave, runs) => ({
    name: `etcd3, ${name}`,
    program: 'etcd.mjs',
    options: { address: etcd?.address, key: `bench-${name}`, ttl },
    leave,
    runs,
  });
  return [
    lock('SIGTERM', resign, 10),
    lock('SIGKILL', crashOfLock, 2),
    exp('defaults, SIGKILL', {}, 2),
    exp('ttl 10, lockDelay 0, SIGKILL', { ttl: 10, lockDelay: 0 }, 3),
    ...(etcd === undefined
      ? []
      : [
          etcd3('resign', 10, resign, 20),
          etcd3('lease TTL 1, SIGKILL', 1, kill, 10),
          etcd3('lease TTL 10, SIGKILL', 10, kill, 5),
        ]),
  ];
}

/** Other ways to elect a leader, as their users have them. */
export const peers = {
  name: 'peers',
  title: 'Peers: handover and failover',
  runs: undefined,
  run: async ({ runs, progress }) => {
    const consul = await startAgent();
    const missing = [];
    const etcd = await startEtcd().catch(({ message }) => {
      missing.push(`etcd with npm etcd3, because ${message}`);
    });
    const contests = contestsOf({ consul, etcd, binary: consulBinary() });
    const total = contests.reduce((sum, contest) => sum + (runs ?? contest.runs), 0);
    let done = 0;
    const onRun = () => progress((done += 1), total);
    const results = await Promise.all(
      contests.map((contest) => successions({ ...contest, runs: runs ?? contest.runs, onRun })),
    );
    await Promise.all([consul.stop(), etcd?.stop()]);
    const samples = Object.fromEntries(contests.map(({ name }, at) => [name, results[at]]));
    const figures = Object.entries(samples).map(([name, values]) => ({
      name: `${name}, median of ${values.length}`,
      value: median(values),
      unit: 'ms',
    }));
    const notes = [
      `exp-leader-election has no stop: whoever wants to hand over ends the process. The time of ` +
        `\`consul lock\` includes the start of the command that it runs, a Node process.${
          etcd === undefined ? '' : ` ${etcd.version}.`
        }`,
    ];
    return { samples, figures, missing, notes };
  },
};
