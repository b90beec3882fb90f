import { spawnSync } from 'node:child_process';

/** Runs a command in the foreground; ends this process with the command's status when it fails. */
export function run(command, args, options = {}) {
  const { status, signal, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (error !== undefined) throw error;
  if (status !== 0) {
    console.error(`${command} ${args.join(' ')} ended with ${signal ?? `status ${status}`}.`);
    process.exit(status ?? 1);
  }
}
