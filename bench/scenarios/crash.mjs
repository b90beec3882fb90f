import { setTimeout as pause } from 'node:timers/promises';
import { startAgent } from '../support/agent.mjs';
import { startChild } from '../support/child.mjs';
import { isFollowing, isKind } from '../support/kinds.mjs';
import { msBetween, nowNs } from '../support/nowNs.mjs';
import { summary } from '../support/statistics.mjs';

const joinMs = 20_000;

/** From SIGKILL to the next leader in another process, so many times. */
async function crashes(options, { runs, patienceMs, settleMs, onRun = () => {} }) {
  const samples = [];
  let leader = startChild('contender.mjs', options);
  await leader.next(isKind('Leader'), joinMs, 'leadership');
  for (let run = 0; run < runs; run += 1) {
    const follower = startChild('contender.mjs', options);
    await follower.next(isFollowing, joinMs, 'a leader');
    // Anywhere between two renewals or passes.
    await pause(settleMs * (0.5 + Math.random()));
    const fromNs = nowNs();
    await leader.kill();
    const { atNs } = await follower.next(isKind('Leader'), patienceMs, 'leadership');
    samples.push(msBetween(fromNs, atNs));
    onRun();
    leader = follower;
  }
  await leader.kill();
  return samples;
}

const ttlMs = 10_000;
const lockDelayMs = 1_000;

/** The three ways to have a crash noticed, each with its own bound. */
export const crash = {
  name: 'crash',
  title: 'Failover after SIGKILL',
  runs: 30,
  run: async ({ runs, progress }) => {
    const agent = await startAgent();
    const base = { consul: { address: agent.address } };
    let done = 0;
    const onRun = () => progress((done += 1), 2 * runs + slowRuns);
    const quick = { runs, patienceMs: 10_000, settleMs: 500, onRun };
    const fast = await crashes({ ...base, key: 'bench/fast', preset: 'fast' }, quick);
    const fencing = await crashes(
      { ...base, key: 'bench/fencing', preset: 'fast', lockDelayMs: 0, relyOnFencing: true },
      quick,
    );
    // Nobody waits for another here, so these can wait side by side.
    const slow = await Promise.all(
      Array.from({ length: slowRuns }, (_, at) =>
        crashes(
          { ...base, key: `bench/ttl-${at}`, sessionTtlMs: ttlMs, lockDelayMs },
          { runs: 1, patienceMs: 60_000, settleMs: 4_000, onRun },
        ),
      ),
    );
    await agent.stop();
    const samples = { fast, 'fencing only': fencing, 'session TTL 10 s': slow.flat() };
    return { samples, figures: figuresOf(samples), notes };
  },
};

const slowRuns = 8;

const notes = [
  'fast: check TTL 500 ms, lock-delay 500 ms, strict lease. Fencing only: the same without lock-delay. ' +
    'Session TTL: 10 s, lock-delay 1 s; its crashes happen side by side.',
];

function figuresOf(samples) {
  const [fast, fencing, slow] = Object.values(samples).map(summary);
  return [
    { name: '`fast`, median', value: fast.median, unit: 'ms', most: 1_100 },
    { name: '`fast`, max', value: fast.max, unit: 'ms', most: 1_500 },
    { name: 'fencing only, median', value: fencing.median, unit: 'ms', most: 600 },
    { name: 'fencing only, max', value: fencing.max, unit: 'ms' },
    { name: '`sessionTtl` 10 s, median', value: slow.median, unit: 'ms' },
    {
      name: '`sessionTtl` 10 s, max',
      value: slow.max,
      unit: 'ms',
      most: 2 * ttlMs + lockDelayMs + 50,
    },
  ];
}
