// `consul lock`, with a process of its own as the others have.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { nowNs } from '../support/nowNs.mjs';

const { binary, address, key } = JSON.parse(process.argv[2]);
const work = fileURLToPath(new URL('locked.mjs', import.meta.url));
const lock = spawn(
  binary,
  ['lock', `-http-addr=${address}`, '-child-exit-code', key, `exec ${process.execPath} ${work}`],
  { stdio: ['ignore', 'pipe', 'ignore'], detached: true },
);
createInterface({ input: lock.stdout }).on('line', (line) => process.send(JSON.parse(line)));

/** The lock and what it runs, which is a process of its own. */
const endAll = (signal) => {
  try {
    process.kill(-lock.pid, signal);
  } catch {
    // Gone already.
  }
};
const commands = {
  resign: () => {
    process.send({ kind: 'Resigned', atNs: nowNs() });
    lock.kill('SIGTERM');
  },
  crash: () => {
    process.send({ kind: 'Crashed', atNs: nowNs() });
    endAll('SIGKILL');
  },
};
process.on('message', (command) => commands[command]());
lock.once('exit', () => process.exit());
process.once('disconnect', () => {
  endAll('SIGKILL');
  process.exit();
});
process.send({ kind: 'Joined' });
