// Simulated worlds from seeds: `npm run simulate -- --help` tells how.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { checkedArguments, checkWhole } from './refusingArguments.mjs';

const require = createRequire(import.meta.url);
// A file for each module, in CommonJS: there the broken elections can be put together.
const { planOf, shrink, simulate } = require('../.cache/modules/cjs/testing/index.js');
const { mutants } = require('../spec/simulation/mutants/index.cjs');

const help = `Worlds of contenders under virtual time, with faults from a seed, judged by rules.

  npm run simulate                            2000 seeds
  npm run simulate -- --seeds N [--from N]    so many, from one on
  npm run simulate -- --seed N                one, with its timeline
  npm run simulate -- --mutants               broken elections, each of which must be caught
  --workers N                                 so many threads; as many as processors by default
  --json FILE                                 the result as JSON, too

Every fourth seed has faults that no lease covers, and fenced writes are judged instead of leaders.

Exit code 0: no rule was broken, or every broken election was caught. 1: otherwise. 2: bad arguments.
`;

const defaultSeeds = '2000';

const options = {
  seeds: { type: 'string' },
  from: { type: 'string' },
  seed: { type: 'string' },
  mutants: { type: 'boolean', default: false },
  workers: { type: 'string', default: String(availableParallelism()) },
  json: { type: 'string' },
  help: { type: 'boolean', default: false },
};

/** A seed is 32 bits. */
const lastSeed = 2 ** 32 - 1;

const mostWorkers = 64;

/** Worlds are made of objects that live for a moment: with room for them they are collected seldom. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

/** So many seeds at a time: few enough that all threads end together, and enough to be worth a message. */
const seedsAtOnce = 10;

function check(values) {
  for (const name of ['seeds', 'from', 'seed']) checkWhole(values, name, 1, lastSeed);
  checkWhole(values, 'workers', 1, mostWorkers);
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
  const { fencedWrites, requests, staleWrites, terms, violations, worldMs } = simulate(plan);
  const figures = { worldMs, requests, terms, fencedWrites, staleWrites };
  return {
    ...{ seeds: 1, fencedWorlds: plan.safety === 'fence' ? 1 : 0, ...figures },
    faults: plan.faults.reduce(counted, {}),
    failures: violations.length > 0 ? [{ seed, violations }] : [],
  };
}

const counted = (counts, { kind }) => ({ ...counts, [kind]: (counts[kind] ?? 0) + 1 });

/** Figures add up by their names, and so do the counts of faults. */
function sums(one, other) {
  const total = { ...one };
  for (const [name, figure] of Object.entries(other)) total[name] = (total[name] ?? 0) + figure;
  return total;
}

function added({ faults, failures, ...one }, { faults: more, failures: others, ...other }) {
  return {
    ...sums(one, other),
    faults: sums(faults, more),
    failures: [...failures, ...others],
  };
}

/** What a thread is given to do: some seeds, or one of the broken elections. */
function outcomeOfTask({ from, to, mutant }) {
  if (mutant !== undefined) return hunted(mutants[mutant]);
  let total = outcomeOf(from);
  for (let seed = from + 1; seed < to; seed += 1) total = added(total, outcomeOf(seed));
  return total;
}

/** Tasks dealt out among threads, each of which asks for the next one when it has done with one. */
function inParallel(tasks, workers) {
  const results = [];
  let next = 0;
  const thread = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(fileURLToPath(import.meta.url), { resourceLimits });
      let index;
      const deal = () => {
        index = next;
        next += 1;
        if (index < tasks.length) worker.postMessage(tasks[index]);
        else resolve(worker.terminate());
      };
      worker.once('error', reject).on('message', (result) => {
        results[index] = result;
        deal();
      });
      deal();
    });
  const threads = Array.from({ length: Math.min(workers, tasks.length) }, thread);
  return Promise.all(threads).then(() => results);
}

function timeline({ entries }) {
  return entries.map(({ atMs, who, what }) => `${atMs.toFixed(1).padStart(10)}  ${who}: ${what}`);
}

/** The fewest faults that break the same rule, and what happens then. */
function explained(seed, rule) {
  const breaks = (plan) => simulate(plan).violations.some((violation) => violation.rule === rule);
  const least = shrink(planOf(seed), breaks);
  return [
    `Seed ${seed} breaks "${rule}". The fewest faults that still do:`,
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

async function manySeeds(from, count, workers) {
  const startedAtMs = performance.now();
  const tasks = Array.from({ length: Math.ceil(count / seedsAtOnce) }, (_, task) => ({
    from: from + task * seedsAtOnce,
    to: Math.min(from + count, from + (task + 1) * seedsAtOnce),
  }));
  const total = (await inParallel(tasks, workers)).reduce(added);
  const minutes = (performance.now() - startedAtMs) / 60_000;
  const hours = total.worldMs / 3_600_000;
  const { failures, fencedWorlds, fencedWrites, requests, staleWrites, terms } = total;
  if (failures.length > 0) console.log(explained(failures[0].seed, failures[0].violations[0].rule));
  console.log(
    `${count} seeds from ${from} on: ${hours.toFixed(1)} simulated hours in ${minutes.toFixed(2)} minutes ` +
      `(${(hours / minutes).toFixed(0)} a minute), ${terms} terms, ${requests} requests.`,
  );
  console.log(
    `${fencedWorlds} worlds with what no lease covers: ${fencedWrites} fenced writes taken, ` +
      `${staleWrites} stale ones refused.`,
  );
  console.log(`Faults: ${JSON.stringify(total.faults)}`);
  console.log(`${failures.length} of ${count} seeds broke a rule.`);
  return { ok: failures.length === 0, result: { ...total, from, hours, minutes } };
}

/** The first seed by which a broken election is caught. */
function hunted(mutant) {
  const { name, by, from = 1, where, within } = mutant;
  const undo = mutant.patch();
  let caught;
  for (let seed = from; seed <= within && caught === undefined; seed += 1) {
    const plan = planOf(seed);
    const { violations } = where(plan) ? simulate(plan, mutant) : { violations: [] };
    const broken = violations.find(({ rule }) => by.includes(rule));
    if (broken !== undefined) caught = { seed, rule: broken.rule };
  }
  undo();
  return { name, within, ...caught };
}

async function allMutants(workers) {
  const tasks = mutants.map((_, mutant) => ({ mutant }));
  const result = await inParallel(tasks, workers);
  for (const { name, rule, seed, within } of result) {
    console.log(`${name}: ${seed ? `seed ${seed}, "${rule}"` : `MISSED in ${within} seeds`}`);
  }
  return { ok: result.every(({ seed }) => seed !== undefined), result };
}

async function main() {
  const values = checkedArguments('simulate', options, check);
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const workers = Number(values.workers);
  const { ok, result } = values.mutants
    ? await allMutants(workers)
    : values.seed === undefined
      ? await manySeeds(Number(values.from ?? 1), Number(values.seeds ?? defaultSeeds), workers)
      : oneSeed(Number(values.seed));
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result)}\n`);
  process.exitCode = ok ? 0 : 1;
}

if (isMainThread) await main();
else parentPort.on('message', (task) => parentPort.postMessage(outcomeOfTask(task)));
