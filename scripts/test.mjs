// Builds, runs every suite, and closes with the counts. Arguments go to jest.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import provideServers from './jestServers.mjs';
import { countsOf, noteCounts, printed } from './counts.mjs';
import { built, ownedFolder, ownedProcess, removeOwned } from './owned.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const results = `${root}.cache/jest.json`;

/**
 * Jest's own words for what outlives a run; it does not fail by itself for that. Its words for a worker that it had
 * to end do not count: a worker gets half a second, which is too short where the machine is busy.
 */
const leak = 'did not exit one second after';

function jest(args, folder) {
  return new Promise((resolve) => {
    const options = ['node_modules/jest/bin/jest.js', '--json', `--outputFile=${results}`, ...args];
    const child = ownedProcess(process.execPath, options, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'pipe'],
      // Whatever a spec makes goes with the folder.
      env: {
        ...process.env,
        TMPDIR: folder,
        ...(process.stderr.isTTY ? { FORCE_COLOR: '1' } : {}),
      },
    });
    let leaked = false;
    child.stderr.on('data', (chunk) => {
      process.stderr.write(chunk);
      if (!chunk.includes(leak)) return;
      leaked = true;
      // Without this a run that leaks would never end.
      child.kill();
    });
    child.on('close', (status) => resolve({ status, leaked }));
  });
}

await built();
try {
  provideServers();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

mkdirSync(`${root}.cache`, { recursive: true });
rmSync(results, { force: true });
const folder = ownedFolder('test-');
const { status, leaked } = await jest(process.argv.slice(2), folder);
removeOwned(folder);

if (leaked) console.log('A spec left a timer, a socket or a process behind; jest says more above.');
for (const [name, server] of [
  ['CONSUL', 'Consul'],
  ['NGINX', 'nginx'],
]) {
  const reason = process.env[`${name}_MISSING`];
  if (reason === undefined) continue;
  console.log(
    `The suites that need a real ${server} were skipped, because ${reason} To run them, put ` +
      `${server.toLowerCase()} on the PATH or set ${name}_BIN=/path/to/${server.toLowerCase()}.`,
  );
}
if (!existsSync(results)) {
  console.error('Jest ended without a result.');
  process.exit(1);
}
const counts = countsOf(JSON.parse(readFileSync(results, 'utf8')));
noteCounts(counts);
console.log(printed(counts));
process.exitCode = status === 0 && !leaked ? 0 : 1;
