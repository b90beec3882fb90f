import { fileURLToPath } from 'node:url';
import { filter } from 'rxjs';
import { leaderElection } from '../../lib/index.js';
import { ended, first } from './support/contest.js';
import { talkingProcess } from './support/talkingProcess.js';

const program = fileURLToPath(
  new URL('../../dist/cjs/testing/command/main.js', `file://${__filename}`),
);

/** The command as it was built, as a process of its own. */
const command = (...args: readonly string[]) => talkingProcess(program, args);

/** Its address, once it listens. */
async function listening(started: ReturnType<typeof command>): Promise<string> {
  return (await started.until('Listening on ')).replace('Listening on ', '');
}

async function output(...args: readonly string[]) {
  const { line$, gone } = command(...args);
  const lines: string[] = [];
  line$.subscribe((line) => lines.push(line));
  return { ...(await gone), lines };
}

describe('the command rxjs-leader-election-embedded', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('is a Consul until %s', async (signal) => {
    const started = command('--port', '0', '--node', 'here');
    const address = await listening(started);
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await started.until('One node, in memory, for development and tests: not for production.');
    await started.until(`CONSUL_HTTP_ADDR=${address}`);
    const self = (await (await fetch(`${address}/v1/agent/self`)).json()) as object;
    expect(self).toMatchObject({ Config: { NodeName: 'here' } });

    const election = leaderElection({ key: 'locks/reports', consul: { address } });
    await first(election.leadership$.pipe(filter(({ kind }) => kind === 'Leader')));
    await ended(election.resign());

    started.child.kill(signal);
    expect(await started.gone).toEqual({ code: 0, stderr: '' });
  });

  it('ends at once, also while a blocking query waits', async () => {
    const started = command('--port=0');
    const address = await listening(started);
    const broken = fetch(`${address}/v1/kv/a?index=1000&wait=10m`).catch(() => 'broken off');
    await fetch(`${address}/v1/kv/a`);
    started.child.kill();
    expect(await broken).toBe('broken off');
    expect((await started.gone).code).toBe(0);
  });

  it('says where its port is taken, and what to do', async () => {
    const other = command('-p', '0');
    const { port } = new URL(await listening(other));
    const { code, stderr, lines } = await output('--port', port);
    expect({ code, lines }).toEqual({ code: 1, lines: [] });
    expect(stderr).toBe(
      `Port ${port} of 127.0.0.1 is in use, perhaps by a Consul. ` +
        'Use another port, or 0 for any free one.\n',
    );
    other.child.kill();
    await other.gone;
  });

  it('warns of an address that others reach', async () => {
    const started = command('--port=0', '--host=0.0.0.0');
    await started.until('Anyone who can reach this address can read and change everything.');
    started.child.kill();
    expect((await started.gone).code).toBe(0);
  });

  it('says what it is with --help, and does nothing else', async () => {
    const { code, stderr, lines } = await output('--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(lines.join('\n')).toContain('one node, in memory, without ACLs');
  });

  it.each([
    [['--port', 'x'], "--port needs a number from 0 to 65535, not 'x'."],
    [['--port', '65536'], "--port needs a number from 0 to 65535, not '65536'."],
    [['--port'], "Option '-p, --port <value>' argument missing."],
    [['--host='], '--host needs a value.'],
    [['--prot', '1'], "Unknown option '--prot'."],
    [['8500'], "Unexpected argument '8500'."],
  ])('refuses %j', async (args, problem) => {
    const { code, stderr, lines } = await output(...args);
    expect({ code, lines }).toEqual({ code: 2, lines: [] });
    expect(stderr).toBe(`${problem}\nrxjs-leader-election-embedded --help lists the options.\n`);
  });

  it.each([
    ['10.255.255.254', '10.255.255.254 is not an address of this machine.'],
    ['nowhere.invalid', 'The host name nowhere.invalid is unknown.'],
  ])('says that it cannot listen on %s', async (host, problem) => {
    const { code, stderr } = await output('--port=0', '--host', host);
    expect(code).toBe(1);
    expect(stderr).toContain(problem);
  });
});
