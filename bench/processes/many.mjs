// Many elections in one process: a group, or one beside the other. Tells when all are decided, when it
// leads all, and what they cost.
import { setTimeout as pause } from 'node:timers/promises';
import { electionGroup, leaderElection } from 'rxjs-leader-election';
import { nowNs } from '../support/nowNs.mjs';
import { traffic } from '../support/traffic.mjs';

const { as, prefix, count, options } = JSON.parse(process.argv[2]);

/** `group`: many keys of one group. `keys`: each key an election. `contenders`: all for one key. */
const leaderships = {
  group: () => {
    const group = electionGroup({ ...options, prefix });
    return names().map((name) => group.leadership$(name));
  },
  keys: () =>
    names().map((name) => leaderElection({ ...options, key: `${prefix}${name}` }).leadership$),
  contenders: () =>
    names().map(() => leaderElection({ ...options, key: `${prefix}one` }).leadership$),
};

const names = () => Array.from({ length: count }, (_, at) => String(at));

const decided = new Set();
const leading = new Set();
const startedNs = nowNs();

function heard(at, { kind, leader }) {
  if (kind === 'Leader' || leader !== undefined) reached(decided, at, 'Decided');
  if (kind === 'Leader') reached(leading, at, 'LeadsAll');
  else leading.delete(at);
}

function reached(set, at, kind) {
  const before = set.size;
  set.add(at);
  if (set.size === count && before < count) process.send({ kind, startedNs, atNs: nowNs() });
}

leaderships[as]().forEach((leadership$, at) => {
  leadership$.subscribe((leadership) => heard(at, leadership));
});

const commands = {
  traffic: () => process.send({ kind: 'Traffic', atNs: nowNs(), ...traffic() }),
  memory: async () => {
    // Twice, with a pause: what a finalizer lets go of only goes with the next collection.
    globalThis.gc();
    await pause(200);
    globalThis.gc();
    const { heapUsed, rss } = process.memoryUsage();
    process.send({ kind: 'Memory', heapUsed, rss });
  },
};
process.on('message', (command) => void commands[command]());
process.once('disconnect', () => process.exit());
