// Simulated worlds from seeds: `npm run simulate -- --help` tells how.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { checkedArguments, checkWhole } from './refusingArguments.mjs';

const require = createRequire(import.meta.url);
// A file for each module, in CommonJS: there the broken elections can be put together.
const { planOf, shrunk, simulate } = require('../.cache/modules/cjs/testing/index.js');
const { mutants } = require('../spec/simulation/mutants.cjs');

const help = `Worlds of contenders under virtual time, with faults from a seed, judged by rules.

  npm run simulate                            2000 seeds
  npm run simulate -- --seeds N [--from N]    so many, from one on
  npm run simulate -- --seed N                one, with its timeline
  npm run simulate -- --mutants               broken elections, each of which must be caught
  --json FILE                                 the result as JSON, too

Every fourth seed has troubles that no lease covers, and fenced writes are judged instead of leaders.

Exit code 0: no rule was broken, or every broken election was caught. 1: otherwise. 2: bad arguments.
`;

const defaultSeeds = '2000';

const options = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  mutants: { type: 'boolean', default: false },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
};

/** A seed is 32 bits. */
const lastSeed = 2 ** 32 - 1;

function check(values) {
  for (const name of ['seeds', 'from', 'seed']) checkWhole(values, name, 1, lastSeed);
  const { from = '1', mutants: asksForMutants, seed, seeds = defaultSeeds } = values;
  if (Number(from) + Number(seeds) - 1 > lastSeed) {
    throw new Error(`Give --from and --seeds so that the last seed is at most ${lastSeed}.`);
  }
  const asked = [seed !== undefined, asksForMutants, (values.seeds ?? values.from) !== undefined];
  if (asked.filter(Boolean).length > 1) {
    throw new Error(
      'Give one of --seed, --mutants and --seeds with --from: they are different runs.',
    );
  }
}

/** What one seed adds to the totals. */
function outcomeOf(seed) {
  const plan = planOf(seed);
  const { fencedWrites, requests, staleWrites, tenures, violations, worldMs } = simulate(plan);
  const figures = { worldMs, requests, tenures, fencedWrites, staleWrites };
  return {
    ...{ seeds: 1, fencedWorlds: plan.safety === 'fence' ? 1 : 0, ...figures },
    troubles: plan.troubles.reduce(counted, {}),
    failures: violations.length > 0 ? [{ seed, violations }] : [],
  };
}

const counted = (counts, { kind }) => ({ ...counts, [kind]: (counts[kind] ?? 0) + 1 });

/** Figures add up by their names, and so do the counts of troubles. */
function sums(one, other) {
  const total = { ...one };
  for (const [name, figure] of Object.entries(other)) total[name] = (total[name] ?? 0) + figure;
  return total;
}

function added({ troubles, failures, ...one }, { troubles: more, failures: others, ...other }) {
  return {
    ...sums(one, other),
    troubles: sums(troubles, more),
    failures: [...failures, ...others],
  };
}

function totalOf({ from, to, step }) {
  let total = outcomeOf(from);
  for (let seed = from + step; seed < to; seed += step) total = added(total, outcomeOf(seed));
  return total;
}

/** The seeds dealt out among threads, so that each has about as much to do. */
async function inParallel(from, count) {
  const threads = Math.min(availableParallelism(), count);
  const results = Array.from({ length: threads }, (_, thread) => {
    const share = { from: from + thread, to: from + count, step: threads };
    return new Promise((resolve, reject) => {
      new Worker(fileURLToPath(import.meta.url), { workerData: share })
        .once('message', resolve)
        .once('error', reject);
    });
  });
  return (await Promise.all(results)).reduce(added);
}

function timeline({ happenings }) {
  return happenings.map(
    ({ atMs, who, what }) => `${atMs.toFixed(1).padStart(10)}  ${who}: ${what}`,
  );
}

/** The fewest troubles that break the same rule, and what happens then. */
function explained(seed, rule) {
  const breaks = (plan) => simulate(plan).violations.some((violation) => violation.rule === rule);
  const least = shrunk(planOf(seed), breaks);
  return [
    `Seed ${seed} breaks "${rule}". The fewest troubles that still do:`,
    JSON.stringify(least, undefined, 2),
    ...timeline(simulate(least)).slice(-40),
    `Again: npm run simulate -- --seed ${seed}`,
  ].join('\n');
}

function oneSeed(seed) {
  const history = simulate(planOf(seed));
  console.log(timeline(history).join('\n'));
  if (history.violations.length > 0) console.log(explained(seed, history.violations[0].rule));
  return { ok: history.violations.length === 0, result: { seed, ...history } };
}

async function manySeeds(from, count) {
  const startedAtMs = performance.now();
  const total = await inParallel(from, count);
  const minutes = (performance.now() - startedAtMs) / 60_000;
  const hours = total.worldMs / 3_600_000;
  const { failures, fencedWorlds, fencedWrites, requests, staleWrites, tenures } = total;
  if (failures.length > 0) console.log(explained(failures[0].seed, failures[0].violations[0].rule));
  console.log(
    `${count} seeds from ${from} on: ${hours.toFixed(1)} simulated hours in ${minutes.toFixed(2)} minutes ` +
      `(${(hours / minutes).toFixed(0)} a minute), ${tenures} tenures, ${requests} requests.`,
  );
  console.log(
    `${fencedWorlds} worlds with what no lease covers: ${fencedWrites} fenced writes taken, ` +
      `${staleWrites} stale ones refused.`,
  );
  console.log(`Troubles: ${JSON.stringify(total.troubles)}`);
  console.log(`${failures.length} of ${count} seeds broke a rule.`);
  return { ok: failures.length === 0, result: { ...total, from, hours, minutes } };
}

/** The first seed by which each broken election is caught. */
function hunted() {
  const result = mutants.map((mutant) => {
    const { name, by, within } = mutant;
    const undo = mutant.patch();
    let caught;
    for (let seed = 1; seed <= within && caught === undefined; seed += 1) {
      const { violations } = simulate(planOf(seed), mutant);
      const broken = violations.find(({ rule }) => by.includes(rule));
      if (broken !== undefined) caught = { seed, rule: broken.rule };
    }
    undo();
    const verdict = caught ? `seed ${caught.seed}, "${caught.rule}"` : `MISSED in ${within} seeds`;
    console.log(`${name}: ${verdict}`);
    return { name, within, ...caught };
  });
  return { ok: result.every(({ seed }) => seed !== undefined), result };
}

async function main() {
  const values = checkedArguments('simulate', options, check);
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const { ok, result } = values.mutants
    ? hunted()
    : values.seed === undefined
      ? await manySeeds(Number(values.from ?? 1), Number(values.seeds ?? defaultSeeds))
      : oneSeed(Number(values.seed));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result)}\n`);
  process.exitCode = ok ? 0 : 1;
}

if (isMainThread) await main();
else parentPort.postMessage(totalOf(workerData));
