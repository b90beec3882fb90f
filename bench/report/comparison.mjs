// Puts the few figures of docs/performance.md that compare into the README: `node bench/report/comparison.mjs`.
// With --check it only says whether they are there.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const top = new URL('../../', import.meta.url);
const readme = new URL('README.md', top);
const [begin, end] = ['<!-- compared: begin -->', '<!-- compared: end -->'];

/** Rows of the table: who, and what its figures are called there, without how often they were taken. */
const rows = [
  ['this library, preset `fast`', 'handover, median', '`fast`, median'],
  [
    'this library, session TTL 10 s, lock-delay 1 s',
    'handover, median',
    '`sessionTtl` 10 s, median',
  ],
  ['etcd3, lease TTL 1 s', 'etcd3, resign', 'etcd3, lease TTL 1, SIGKILL'],
  ['`consul lock`', 'consul lock, SIGTERM', 'consul lock, SIGKILL'],
  ['exp-leader-election', undefined, 'exp-leader-election, defaults, SIGKILL'],
];

/** The README with the figures of the page. */
async function compared(text, page) {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`README.md lacks ${begin} and ${end}.`);
  const table = [
    '| | next leader after a clean stop | after SIGKILL |',
    '| --- | ---: | ---: |',
    ...rows.map(
      ([who, ...names]) => `| ${[who, ...names.map((name) => told(page, name))].join(' | ')} |`,
    ),
  ].join('\n');
  const whole = [text.slice(0, from + begin.length), table, text.slice(to)].join('\n\n');
  const config = await resolveConfig(fileURLToPath(readme));
  return format(whole, { ...config, parser: 'markdown' });
}

/** What the page says of a figure: the first of that name, since each stands in one section. */
function told(page, name) {
  if (name === undefined) return 'has no stop';
  const lines = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const found = lines.find(([, figure = '']) => figure.replace(/, median of \d+$/, '') === name);
  if (found === undefined) throw new Error(`docs/performance.md has no figure "${name}".`);
  const [value, unit] = found[2].split(' ');
  return unit === 'ms' && Number(value) >= 1_000 ? `${(value / 1_000).toFixed(1)} s` : found[2];
}

/** Writes it, or says that it is not written. */
export async function writeComparison({ check = false } = {}) {
  const before = readFileSync(readme, 'utf8');
  const after = await compared(before, readFileSync(new URL('docs/performance.md', top), 'utf8'));
  if (check) return before === after;
  writeFileSync(readme, after);
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const written = await writeComparison({ check: process.argv.includes('--check') });
  if (!written) {
    console.error(
      'README.md has other figures than docs/performance.md: node bench/report/comparison.mjs',
    );
    process.exit(1);
  }
}
