import { spawn } from 'node:child_process';

const script = 'read -r word || { kill -9 "$1"; sleep 1; [ -z "$2" ] || rm -rf "$2"; }';

/**
 * Kills a process, or a group by its negative number, and removes its folder, if it has one, should this process end in whatever way, SIGKILL included:
 * a shell reads from a pipe that closes with us. Returns what takes the leash off.
 */
export function leash(pid: number, folder: string): () => void {
  const shell = spawn('sh', ['-c', script, 'leash', String(pid), folder], {
    // A group of its own, or Ctrl-C would end the shell first.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  shell.unref();
  return () => {
    shell.stdin.end('done\n');
  };
}
