/** What `--help` prints. */
export const help = `Usage: rxjs-leader-election-embedded [options]

A Consul for development and tests: one node, in memory, without ACLs. It serves keys, sessions,
locks, transactions and blocking queries over HTTP, and forgets everything when it stops.

Options:
  -p, --port <number>   the port to listen on; 0 picks a free one (default: 8500)
      --host <address>  the address to listen on (default: 127.0.0.1, this machine only)
      --node <name>     the name of the node (default: node-1)
  -h, --help            shows this help

Ctrl-C or SIGTERM ends it. The exit code is 0 after a stop, 1 if it could not listen, and 2 if an
argument was wrong.`;

/** What is printed once it listens: the address on the first line, for scripts that wait for it. */
export function startupText(address: string, isLoopback: boolean): string {
  const everyone = 'Anyone who can reach this address can read and change everything.';
  return [
    `Listening on ${address}`,
    'One node, in memory, for development and tests: not for production.',
    ...(isLoopback ? [] : [everyone]),
    `Elsewhere: export CONSUL_HTTP_ADDR=${address}`,
  ].join('\n');
}

/** What is printed for arguments that cannot be understood. */
export function usageError(problem: string): string {
  return `${problem}\nrxjs-leader-election-embedded --help lists the options.`;
}
