import { setTimeout as pause } from 'node:timers/promises';
import { startAgent } from '../support/agent.mjs';
import { startChild } from '../support/child.mjs';
import { isFollowing, isKind } from '../support/kinds.mjs';
import { msBetween } from '../support/nowNs.mjs';
import { summary } from '../support/statistics.mjs';

const patienceMs = 20_000;

/** Long enough for the query that follows an answer to reach Consul, and never in step with anything. */
const settled = () => pause(10 + Math.random() * 20);

/**
 * From the call of `resign` to the next `Leader` in another process, one after the other with the same
 * exchange made by hand, so that whatever disturbs the machine disturbs both.
 */
export const handover = {
  name: 'handover',
  title: 'Handover against the raw HTTP floor',
  runs: 400,
  run: async ({ runs, progress }) => {
    const agent = await startAgent();
    const floor = await floorPair(agent.address);
    const ours = await libraryPair(agent.address);
    const samples = { floor: [], handover: [] };
    for (let run = -warmUps; run < runs; run += 1) {
      const [raw, library] = [await floor.measure(), await ours.measure()];
      if (run < 0) continue;
      samples.floor.push(raw);
      samples.handover.push(library);
      progress(run + 1, runs);
    }
    await agent.stop();
    return { samples, figures: figuresOf(samples) };
  },
};

/** Handovers before the measured ones: code that never ran yet is slower in all of them. */
const warmUps = 20;

function figuresOf(samples) {
  const [raw, library] = [summary(samples.floor), summary(samples.handover)];
  return [
    { name: 'raw HTTP floor, median', value: raw.median, unit: 'ms' },
    { name: 'raw HTTP floor, p99', value: raw.p99, unit: 'ms' },
    { name: 'handover, median', value: library.median, unit: 'ms' },
    { name: 'handover, p99', value: library.p99, unit: 'ms' },
    {
      name: 'handover against the floor, medians',
      value: library.median / raw.median,
      unit: 'x',
      most: 1.3,
    },
    { name: 'handover against the floor, p99', value: library.p99 / raw.p99, unit: 'x', most: 2 },
  ];
}

async function floorPair(address) {
  const options = { address, key: 'bench/floor' };
  let [leader, follower] = [startChild('floor.mjs', options), startChild('floor.mjs', options)];
  for (const child of [leader, follower])
    await child.next(isKind('Ready'), patienceMs, 'its session');
  leader.tell('acquire');
  await leader.next(isKind('Leader'), patienceMs, 'leadership');
  return {
    measure: async () => {
      follower.tell('follow');
      await follower.next(isKind('Follower'), patienceMs, 'a leader');
      await settled();
      leader.tell('resign');
      const { atNs: fromNs } = await leader.next(isKind('Resigned'), patienceMs, 'its resignation');
      const { atNs: toNs } = await follower.next(isKind('Leader'), patienceMs, 'leadership');
      [leader, follower] = [follower, leader];
      return msBetween(fromNs, toNs);
    },
  };
}

async function libraryPair(address) {
  const options = { key: 'bench/handover', consul: { address } };
  let leader = startChild('contender.mjs', options);
  await leader.next(isKind('Leader'), patienceMs, 'leadership');
  let follower = startChild('contender.mjs', options);
  return {
    measure: async () => {
      await follower.next(isFollowing, patienceMs, 'a leader');
      await settled();
      leader.tell('resign');
      const { atNs: fromNs } = await leader.next(isKind('Resigned'), patienceMs, 'its resignation');
      const { atNs: toNs } = await follower.next(isKind('Leader'), patienceMs, 'leadership');
      await leader.next(isKind('Left'), patienceMs, 'the end of its session');
      leader.tell('join');
      [leader, follower] = [follower, leader];
      return msBetween(fromNs, toNs);
    },
  };
}
