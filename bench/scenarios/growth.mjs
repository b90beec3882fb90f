import { setTimeout as pause } from 'node:timers/promises';
import { startAgent } from '../support/agent.mjs';
import { startChild } from '../support/child.mjs';
import { isKind } from '../support/kinds.mjs';
import { msBetween } from '../support/nowNs.mjs';

const joinMs = 180_000;

/** Long enough for several renewals and confirmations; a poll comes to its end once a minute and is counted in the model. */
const windowMs = 20_000;

/** Each election of its own has two connections or three, and all come from one address here. */
const roomy = { limits: { http_max_conns_per_client: 8_000 } };

const sizes = [1, 10, 100, 1_000];

/** How requests, writes and bytes grow with contenders for one key, keys of a process, and a group's. */
export const growth = {
  name: 'growth',
  title: 'How cost grows',
  run: async ({ progress }) => {
    const families = ['contenders', 'keys', 'group'];
    let done = 0;
    const onSize = () => progress((done += 1), families.length * sizes.length);
    // Only counts are taken, so they need not wait for one another.
    const rows = (await Promise.all(families.map((as) => rowsOf(as, onSize)))).flat();
    return { figures: rows.flatMap(figuresOf), rows, notes };
  },
};

const notes = [
  'Counted for twenty seconds after all had settled, with the default timings; all of a row share one ' +
    'process. Bytes are those of HTTP in both directions, headers included.',
];

/** One family, each size on an agent of its own: what a size leaves behind expires during the next. */
async function rowsOf(as, onSize) {
  const rows = [];
  for (const size of sizes) {
    const agent = await startAgent(roomy);
    rows.push({ as, size, ...(await costOf(agent, as, size)) });
    await agent.stop();
    onSize();
  }
  return rows;
}

async function costOf(agent, as, count) {
  const options = { consul: { address: agent.address } };
  const child = startChild('many.mjs', { as, prefix: `bench/${as}-${count}/`, count, options });
  await child.next(isKind('Decided'), joinMs, 'all');
  await pause(4_000);
  const from = await trafficOf(child);
  const writes = await agent.raftIndex();
  await pause(windowMs);
  const to = await trafficOf(child);
  const written = (await agent.raftIndex()) - writes;
  await child.kill();
  const seconds = msBetween(from.atNs, to.atNs) / 1_000;
  return {
    requestsPerS: (to.requests - from.requests) / seconds,
    bytesPerS: (to.bytes - from.bytes) / seconds,
    writesPerHour: (written / seconds) * 3_600,
    connections: to.connections,
  };
}

async function trafficOf(child) {
  child.tell('traffic');
  return child.next(isKind('Traffic'), joinMs, 'its traffic');
}

const counted = (size, what) => `${size} ${what}${size === 1 ? '' : 's'}`;

const names = {
  contenders: (size) => `${counted(size, 'contender')} on a key`,
  keys: (size) => `${counted(size, 'key')}, each an election of its own`,
  group: (size) => `${counted(size, 'key')} of a group`,
};

function figuresOf({ as, size, requestsPerS, bytesPerS, writesPerHour, connections }) {
  const name = names[as](size);
  return [
    { name: `${name}: requests`, value: requestsPerS, unit: 'a second' },
    { name: `${name}: bytes`, value: bytesPerS / 1_000, unit: 'kB/s' },
    { name: `${name}: raft writes`, value: writesPerHour, unit: 'an hour' },
    { name: `${name}: connections`, value: connections, unit: '' },
  ];
}
