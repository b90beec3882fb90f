// The benchmark: `npm run bench -- --help` tells how.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConsulMissing } from '../scripts/consul.mjs';
import { writeDocs } from './report/docs.mjs';
import { textOf } from './report/text.mjs';
import { scenarios } from './scenarios.mjs';
import { endChildren } from './support/child.mjs';
import { machine } from './support/machine.mjs';

const help = `Measures elections on a real Consul, each contender a process of its own, beside real peers.

  npm run bench                      everything, about a quarter of an hour
  npm run bench -- --only NAME       one scenario; may be given several times
  npm run bench -- --runs N          so many runs of each instead of its own number
  --json FILE                        the result as JSON, too
  --docs                             the table and the plots into docs/performance.md, too

Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(18)} ${title}`).join('\n')}

Exit code 0: everything was measured, whatever came out. 1: something could not be; it says what.
2: bad arguments. Needs a Consul: CONSUL_BIN, consul on the PATH, or one that npm run consul can fetch.
Times need a machine with nothing else to do.
`;

const options = {
  only: { type: 'string', multiple: true, default: [] },
  runs: { type: 'string' },
  json: { type: 'string' },
  docs: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
};

/** The arguments; what is wrong with one ends the process with what would be right. */
function parsed() {
  try {
    const { values } = parseArgs({ options });
    const names = scenarios.map(({ name }) => name);
    const unknown = values.only.find((name) => !names.includes(name));
    if (unknown !== undefined) {
      throw new Error(
        `There is no scenario '${unknown}'. Give --only one of: ${names.join(', ')}.`,
      );
    }
    if (!/^[1-9]\d*$/.test(values.runs ?? '1')) {
      throw new Error(`Give --runs as a whole number, 1 or more; it is '${values.runs}'.`);
    }
    if (values.docs && (values.only.length > 0 || values.runs !== undefined)) {
      throw new Error('Give --docs without --only and --runs: the document shows whole runs.');
    }
    return values;
  } catch ({ message }) {
    console.error(`${message} \`npm run bench -- --help\` tells what there is.`);
    process.exit(2);
  }
}

/** One scenario; what goes wrong in it is part of the result, and the others still run. */
async function measured({ name, title, run, runs: ownRuns }, runs) {
  const startedAtMs = performance.now();
  const progress = (done, of) => {
    if (process.stderr.isTTY) process.stderr.write(`\r${title}: ${done} of ${of}\x1b[K`);
  };
  try {
    const outcome = await run({ runs: runs ?? ownRuns, progress });
    return { name, title, seconds: secondsSince(startedAtMs), ...outcome };
  } catch (error) {
    const failure = error instanceof ConsulMissing ? error.message : error.stack;
    return { name, title, seconds: secondsSince(startedAtMs), figures: [], failure };
  } finally {
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    await endChildren();
  }
}

const secondsSince = (startedAtMs) => Math.round((performance.now() - startedAtMs) / 100) / 10;

async function main() {
  const values = parsed();
  if (values.help) {
    process.stdout.write(help);
    return;
  }
  const chosen = scenarios.filter(
    ({ name }) => values.only.length === 0 || values.only.includes(name),
  );
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  const result = { machine: machine(), startedAt: new Date().toISOString(), scenarios: [] };
  console.log(`${result.machine.summary}\n`);
  for (const scenario of chosen) {
    const outcome = await measured(scenario, runs);
    result.scenarios.push(outcome);
    console.log(textOf(outcome));
  }
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(result, null, 1)}\n`);
  if (values.docs) await writeDocs(result);
  process.exitCode = result.scenarios.some(({ failure }) => failure !== undefined) ? 1 : 0;
}

await main();
