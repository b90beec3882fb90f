/** What `--help` prints. */
export const help = `Usage: rxjs-leader-election-embedded [options]

A Consul for development and tests: one node, in memory, without ACLs. It serves keys, sessions,
locks, transactions and blocking queries over HTTP, and forgets everything when it stops.

Options:
  -p, --port <number>   where it listens; 0 takes any port that is free (default: 8500)
      --host <address>  on which address (default: 127.0.0.1, which only this machine reaches)
      --node <name>     what the node is called (default: node-1)
  -h, --help            says this

Ctrl-C or SIGTERM ends it. It exits with 0 when it was told to stop, with 1 when it could not
listen, and with 2 when it did not understand its arguments.`;

/** What is printed once it listens: the address on the first line, for scripts that wait for it. */
export function greeting(address: string, isLoopback: boolean): string {
  const everyone = 'Whoever reaches this address may read and change everything.';
  return [
    `Listening on ${address}`,
    'One node, in memory, for development and tests: not for production.',
    ...(isLoopback ? [] : [everyone]),
    `Elsewhere: export CONSUL_HTTP_ADDR=${address}`,
  ].join('\n');
}

/** What is printed for arguments that cannot be understood. */
export function misunderstood(problem: string): string {
  return `${problem}\nrxjs-leader-election-embedded --help says what there is.`;
}
