// Puts a result into docs/performance.md: `node bench/report/docs.mjs FILE`, FILE from --json.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { writeComparison } from './comparison.mjs';
import { shown, verdictOf } from './format.mjs';
import { plotOf } from './plot.mjs';

const docs = new URL('../../docs/', import.meta.url);
const page = new URL('performance.md', docs);
const plots = new URL('performance/', docs);
const [begin, end] = ['<!-- measured: begin -->', '<!-- measured: end -->'];

/** Replaces what stands between the marks of the page, the plots beside it, and what the README takes from it. */
export async function writeDocs(result) {
  const text = readFileSync(page, 'utf8');
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md lacks ${begin} and ${end}.`);
  const whole = [text.slice(0, from + begin.length), measuredPart(result), text.slice(to)];
  const config = await resolveConfig(fileURLToPath(page));
  writeFileSync(page, await format(whole.join('\n\n'), { ...config, parser: 'markdown' }));
  await writeComparison();
  mkdirSync(plots, { recursive: true });
  for (const { name, title, samples, unit = 'ms' } of result.scenarios.filter(hasSamples)) {
    const rows = Object.entries(samples).map(([row, values]) => ({ name: row, samples: values }));
    writeFileSync(new URL(`${name}.svg`, plots), plotOf(title, rows, unit));
  }
}

const hasSamples = ({ samples = {} }) => Object.keys(samples).length > 0;

function measuredPart({ startedAt, machine, scenarios }) {
  const head = `Measured on ${startedAt.slice(0, 10)}: ${machine.summary}.`;
  return [head, ...scenarios.map(sectionOf)].join('\n\n');
}

function sectionOf(outcome) {
  const { name, title, figures, missing = [], notes = [], failure } = outcome;
  return [
    `### ${title}`,
    ...tableOf(figures),
    ...notes,
    ...missing.map((reason) => `Missing: ${reason}`),
    ...(failure === undefined ? [] : [`Not measured: ${failure.split('\n')[0]}`]),
    ...(hasSamples(outcome) ? [`![${title}](performance/${name}.svg)`] : []),
  ].join('\n\n');
}

function tableOf(figures) {
  if (figures.length === 0) return [];
  const rows = figures.map((figure) => {
    const most = figure.most === undefined ? '' : shown(figure.most, figure.unit);
    return `| ${figure.name} | ${shown(figure.value, figure.unit)} | ${most} | ${verdictOf(figure)} |`;
  });
  return [['| figure | measured | at most | |', '| --- | ---: | ---: | --- |', ...rows].join('\n')];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.length !== 3) {
    console.error(
      'Give the file of `npm run bench -- --json FILE`: node bench/report/docs.mjs FILE',
    );
    process.exit(2);
  }
  await writeDocs(JSON.parse(readFileSync(process.argv[2], 'utf8')));
}
