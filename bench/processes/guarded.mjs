// Runs a program that knows nothing of its parent, and ends it when the parent is gone, however it went.
import { spawn } from 'node:child_process';

const [program, ...args] = process.argv.slice(2);
const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'] });

child.once('spawn', () => process.send({ kind: 'Started', pid: child.pid }));
child.once('error', ({ message }) => process.send({ kind: 'Failed', message }));
child.once('exit', (code, signal) => {
  if (process.connected) process.send({ kind: 'Exited', code, signal }, () => process.disconnect());
});
process.once('disconnect', () => child.kill('SIGKILL'));
