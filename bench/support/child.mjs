import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const folder = new URL('../processes/', import.meta.url);

/** Processes that were started and not yet seen to end. */
const running = new Set();

/** Ends every process that this one has started and not ended. */
export const endChildren = () => Promise.all([...running].map((child) => child.end()));

/**
 * A process of the bench: what it says is kept until somebody waits for it, so that nothing is missed
 * between two waits.
 *
 * @param program - a file of bench/processes
 * @param options - what the program reads from its first argument
 * @param parts - `onMessage` hears everything as well, as it comes
 */
export function startChild(
  program,
  options,
  { args = [JSON.stringify(options)], nodeArgs = [], onMessage = () => {} } = {},
) {
  const said = [];
  let wake = () => {};
  const child = fork(fileURLToPath(new URL(program, folder)), args, {
    execArgv: nodeArgs,
    env: environmentWithoutConsul(),
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += chunk));
  child.on('message', (message) => {
    said.push(message);
    onMessage(message);
    wake();
  });
  let isGone = false;
  // Not `close`, which never comes where this side has disconnected.
  const gone = Promise.all([once(child, 'exit'), once(child.stderr, 'close')]).then(() => {
    isGone = true;
    running.delete(handle);
    wake();
  });

  const handle = {
    pid: child.pid,
    tell: (command) => child.send(command),
    /** Drops what was said and not waited for. */
    forget: () => said.splice(0),
    /** The first thing said that matches; what was said before it is dropped. */
    next: async (matches, withinMs, what = 'a word') => {
      const deadline = performance.now() + withinMs;
      for (;;) {
        while (said.length > 0) {
          const message = said.shift();
          if (matches(message)) return message;
        }
        const leftMs = deadline - performance.now();
        if (isGone)
          throw new Error(`${program} ended while it was to tell of ${what}. ${complaint}`);
        if (leftMs <= 0)
          throw new Error(`${program} did not tell of ${what} in ${withinMs} ms. ${complaint}`);
        await new Promise((resolve) => {
          const timer = setTimeout(resolve, leftMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    },
    /** SIGKILL; resolves when the process is gone. */
    kill: () => {
      child.kill('SIGKILL');
      return gone;
    },
    /** Lets it end by itself, as each does when its parent is gone; resolves when it is. */
    end: () => {
      if (child.connected) child.disconnect();
      return gone;
    },
  };
  running.add(handle);
  return handle;
}

/** What the environment says is meant for another Consul. */
function environmentWithoutConsul() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('CONSUL_')),
  );
}
