// A real cluster under faults from a seed: `npm run chaos -- --help` tells how.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { consulBinary } from './consul.mjs';
import { ownedFolder, ownedProcess, removeOwned } from './owned.mjs';
import { checkedArguments, checkWhole } from './refusingArguments.mjs';

const help = `Five contenders on three Consul servers, with one fault after the other, judged by what all told.

  npm run chaos                    two minutes
  npm run chaos -- --minutes M     so many
  npm run chaos -- --seed N        the same faults again, in the same order
  --json FILE                      the result as JSON, too

Exit code 0: no two led at once, no write was lost or came too late, and somebody led after each fault.
1: otherwise; the whole history is kept in .cache/chaos. 2: bad arguments. Needs a Consul: CONSUL_BIN,
consul on the PATH, or one that npm run consul can fetch.
`;

const options = {
  minutes: { type: 'string', default: '2' },
  seed: { type: 'string', default: `${Math.floor(Math.random() * 1e9)}` },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
};

/** A week; a timer of jest's cannot be set for much longer. */
const mostMinutes = 10_080;

function check({ minutes, seed }) {
  checkWhole({ seed }, 'seed', 0, 2 ** 32 - 1);
  if (/^\d*\.?\d+$/.test(minutes) && Number(minutes) > 0 && Number(minutes) <= mostMinutes) return;
  throw new Error(
    `Give --minutes as a number above 0, at most ${mostMinutes}; it is '${minutes}'.`,
  );
}

function printed({ seed, minutes, faults, violations, ...figures }) {
  const counts = Object.entries(faults).map(([name, count]) => `  ${count} x ${name}`);
  const { terms, failovers, writes, staleWritesRefused, fencedWrites, longestLeaderlessS } =
    figures;
  return [
    `Seed ${seed}, ${minutes} minutes:`,
    ...counts,
    `${terms} terms, ${failovers} failovers, at longest ${longestLeaderlessS} s without a leader.`,
    `${writes} writes to the register, ${staleWritesRefused} stale ones refused; ${fencedWrites} fenced writes to Consul.`,
    ...(violations.length > 0 ? violations : ['No rule was broken.']),
  ].join('\n');
}

const values = checkedArguments('chaos', options, check);
if (values.help) {
  process.stdout.write(help);
  process.exit();
}
const folder = ownedFolder('chaos-');
const result = join(folder, 'result.json');
let consul;
try {
  consul = consulBinary();
} catch ({ message }) {
  console.error(message);
  process.exit(1);
}
console.log(`Seed ${values.seed}, ${values.minutes} minutes of faults on ${consul} …`);
const jest = ownedProcess(
  process.execPath,
  [
    'node_modules/jest/bin/jest.js',
    '--selectProjects',
    'integration',
    '--testPathPatterns',
    'chaos/chaos',
  ],
  {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      // Whatever a spec makes goes with the folder.
      TMPDIR: folder,
      CONSUL_BIN: consul,
      CHAOS_MINUTES: values.minutes,
      CHAOS_SEED: values.seed,
      CHAOS_JSON: result,
    },
  },
);
let said = '';
jest.stderr.on('data', (chunk) => (said += chunk));
jest.on('close', (status) => {
  if (existsSync(result)) {
    const report = readFileSync(result, 'utf8');
    const { violations } = JSON.parse(report);
    console.log(printed(JSON.parse(report)));
    // A run that was too short shows nothing, and fails for it.
    if (status !== 0 && violations.length === 0) console.error(said);
    if (values.json !== undefined) writeFileSync(values.json, report);
  } else console.error(said);
  removeOwned(folder);
  process.exitCode = status === 0 ? 0 : 1;
});
