// Worlds of processes that share the keys of a group: `npm run balance -- --help` tells how.
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ownedProcess } from './owned.mjs';
import { checkedArguments, checkWhole } from './refusingArguments.mjs';

const help = `Processes that share keys, under virtual time, with faults from a seed. Two minutes after the last of
them, shares have to differ by one at most, each key has one leader, and none moves any more.

  npm run balance                            1000 seeds
  npm run balance -- --seeds N [--from N]    so many, from one on

Exit code 0: so it was in every world. 1: otherwise, with the seeds. 2: bad arguments.
`;

const options = {
  seeds: { type: 'string', default: '1000' },
  from: { type: 'string', default: '1' },
  help: { type: 'boolean', default: false },
};

const mostSeeds = 1_000_000;

/** So many at a time: jest keeps what a spec has said until its end. */
const seedsPerRun = 100;

const root = fileURLToPath(new URL('..', import.meta.url));

/** Plays the worlds of some seeds by their spec; the result is what jest says where one is wrong. */
function played(first, last) {
  const jest = ['node_modules/jest/bin/jest.js', '-i', '--selectProjects', 'integration'];
  const spec = ['--testPathPatterns', 'simulation/sharedWorlds', '-t', 'by chance'];
  const child = ownedProcess(process.execPath, [...jest, ...spec], {
    cwd: root,
    env: { ...process.env, BALANCE_SEEDS: `${first}-${last}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += chunk));
  return new Promise((resolve) =>
    child.once('close', (code) => resolve(code === 0 ? undefined : said)),
  );
}

/** A range of seeds after the other, on as many processors as there are. */
async function inParallel(from, to) {
  const failures = [];
  let next = from;
  const worker = async () => {
    while (next <= to) {
      const first = next;
      next += seedsPerRun;
      const last = Math.min(to, next - 1);
      const failure = await played(first, last);
      if (failure !== undefined) failures.push(failure);
      console.log(`seeds ${first} to ${last}: ${failure === undefined ? 'even' : 'WRONG'}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return failures;
}

const values = checkedArguments('balance', options, (given) => {
  for (const name of ['seeds', 'from']) checkWhole(given, name, 1, mostSeeds);
});
if (values.help) {
  process.stdout.write(help);
} else {
  const [from, seeds] = [Number(values.from), Number(values.seeds)];
  const startedAtMs = performance.now();
  const failures = await inParallel(from, from + seeds - 1);
  for (const failure of failures) console.log(failure);
  const minutes = (performance.now() - startedAtMs) / 60_000;
  console.log(`${seeds} seeds from ${from} on in ${minutes.toFixed(1)} minutes.`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
