// Tries the packed tarball on every runtime that is supported, and prints what passed on which:
//   npm run runtimes
//   npm run runtimes -- bun          only those whose name has this in it
// The runtimes come from npm, each in its own folder of .cache. A Consul is needed: see `npm run consul`.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConsulMissing, consulBinary } from './consul.mjs';
import { addCounts, countsOf, printed } from './counts.mjs';
import { installFromNpm } from './fromNpm.mjs';
import { jestResult } from './jestResult.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const { platform, arch } = process;
const denosFlavour = platform === 'linux' ? '-glibc' : '';

const node = (version) => ({
  ...{ name: `Node ${version}`, version },
  package: `node-${platform}-${arch}`,
  binary: 'bin/node',
});

/** The packages are those that hold the binary itself: the others fetch it when they are installed. */
const supported = [
  // The first that is supported, and the newest of each line.
  ...['20.19.0', '22.23.3', '24.21.0', '26.12.1'].map(node),
  {
    ...{ name: 'Bun 1.4.5', version: '1.4.5' },
    package: `@oven/bun-${platform}-${arch === 'arm64' ? 'aarch64' : arch}`,
    binary: 'bin/bun',
  },
  {
    ...{ name: 'Deno 2.9.6', version: '2.9.6' },
    package: `@deno/${platform}-${arch}${denosFlavour}`,
    binary: 'deno',
    args: ['run', '--no-prompt', '--allow-net', '--allow-env', '--allow-read'],
  },
];

/** The command that runs a program, or why there is none. */
function provided({ name, version, package: from, binary, args = [] }) {
  const folder = join(root, '.cache/runtimes', name.replace(' ', '-').toLowerCase());
  const path = join(folder, 'node_modules', from, binary);
  if (!runs(path)) {
    const said = installFromNpm(folder, `${from}@${version}`);
    if (!runs(path))
      return { name, missing: `npm has no ${from}@${version} that runs here. ${said}` };
  }
  return { name, command: [path, ...args] };
}

const runs = (path) => spawnSync(path, ['--version']).status === 0;

/** A line for each runtime, a column for each thing that was tried. */
function table(runtimes, assertions) {
  const of = (name) =>
    assertions.filter(({ ancestorTitles }) => ancestorTitles.at(-1) === `on ${name}`);
  const titles = [...new Set(assertions.map(({ title }) => title))];
  const rows = runtimes.map(({ name, missing }) => [
    name,
    ...titles.map((title) =>
      missing === undefined
        ? of(name).find((each) => each.title === title).status
        : 'not to be had',
    ),
  ]);
  const lines = [['', ...titles], ...rows];
  const widths = lines[0].map((_, at) => Math.max(...lines.map((line) => line[at].length)));
  return lines.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at]))
      .join('  ')
      .trimEnd(),
  );
}

function main(part = '') {
  try {
    process.env.CONSUL_BIN = consulBinary();
  } catch (error) {
    if (!(error instanceof ConsulMissing)) throw error;
    console.error(error.message);
    return 1;
  }
  const wanted = supported.filter(({ name }) => name.toLowerCase().includes(part.toLowerCase()));
  if (wanted.length === 0) {
    console.error(
      `No runtime has '${part}' in its name: ${supported.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  const runtimes = wanted.map(provided);
  const missing = runtimes.filter((runtime) => runtime.missing !== undefined);
  for (const { name, missing: reason } of missing)
    console.error(`${name} cannot be had: ${reason}`);
  const found = runtimes.filter((runtime) => runtime.missing === undefined);
  if (found.length === 0) return 1;
  const result = jestResult('runtimes', { RUNTIMES: JSON.stringify(found) });
  const counts = countsOf(result);
  addCounts(counts);
  console.log(
    table(
      runtimes,
      result.testResults.flatMap((file) => file.assertionResults),
    ).join('\n'),
  );
  console.log(printed(counts));
  return counts.failed === 0 && missing.length === 0 ? 0 : 1;
}

process.exitCode = main(...process.argv.slice(2));
