import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { defer, filter, of, repeat } from 'rxjs';
import { describeWithConsul } from '../support/realConsul.js';
import { agentFor } from './support/agentFor.js';
import { first } from './support/contest.js';

const pollIntervalMs = 20;

const program = fileURLToPath(new URL('../../examples/demo/main.mjs', `file://${__filename}`));

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the demo into a pipe. As soon as it has written `until`, `act` is called, once. */
async function demo(
  args: readonly string[],
  until?: string,
  act?: (child: ChildProcessByStdio<null, Readable, Readable>) => void,
): Promise<Run> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const written = { stdout: '', stderr: '' };
  let acted = false;
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk) => {
      written[stream] += String(chunk);
      if (until === undefined || acted || !written.stdout.includes(until)) return;
      acted = true;
      act?.(child);
    });
  }
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...written };
}

const found = (text: string, pattern: RegExp): readonly string[] =>
  pattern.exec(text)?.slice(1) ?? [];

/** The processes that the demo said it started and that still run. */
function survivors({ stdout }: Run): readonly number[] {
  const pids = [...stdout.matchAll(/starts \(pid (\d+)\)/g)].map(([, pid]) => Number(pid));
  expect(pids.length).toBeGreaterThanOrEqual(3);
  return pids.filter((pid) => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  });
}

function expectWholeShow(run: Run): void {
  expect(run).toMatchObject({ code: 0, stderr: '' });

  expect(run.stdout).not.toMatch(/\x1b/);
  const [first] = found(run.stdout, / (\w+) leads \(token/);
  const [resigned, second] = found(
    run.stdout,
    /Gap of the handover from (\w+) to (\w+): [\d.]+ ms/,
  );
  const [killed, third] = found(run.stdout, /Gap of the failover from (\w+) to (\w+): [\d.]+ ms/);
  expect([first, second, third]).not.toContain(undefined);
  expect(resigned).toBe(first);
  expect(second).not.toBe(first);
  expect(killed).toBe(second);
  expect(third).not.toBe(second);
  // Each gap stands beside its prediction; how long it was is the machine's business.
  expect(run.stdout).toMatch(/^handover +\w+ to \w+ +[\d.]+ ms +up to \d+ ms/m);
  const [failoverMs] = found(run.stdout, /^failover +\w+ to \w+ +([\d.]+) ms +\d+ to \d+ ms/m).map(
    Number,
  );
  // Nobody may lead before the lock-delay of the demo is over.
  expect(failoverMs).toBeGreaterThan(5_000);
  expect(run.stdout).toContain('Never two leaders at once');
  expect(survivors(run)).toEqual([]);
}

describe('the demo', () => {
  it('refuses arguments that it does not know, and says where help is', async () => {
    const { code, stderr } = await demo(['--what']);
    expect(code).toBe(2);
    expect(stderr).toContain('--help');
  });

  it('says what to do where there is no Consul', async () => {
    const { code, stderr } = await demo(['--consul', 'http://127.0.0.1:1']);
    expect(code).toBe(1);
    expect(stderr).toContain('The agent may be down or the address wrong. Check');
  });

  it('takes its processes along when it is interrupted', async () => {
    const run = await demo([], 'leads (token', (child) => child.kill('SIGINT'));
    expect(run.code).toBe(130);
    expect(survivors(run)).toEqual([]);
  });

  it('takes its processes along when nobody reads its output any more', async () => {
    const run = await demo([], 'leads (token', ({ stdout }) => stdout.destroy());
    expect(run).toMatchObject({ code: 1, stderr: 'Nobody reads the output.\n' });
    expect(survivors(run)).toEqual([]);
  });

  it('takes its processes along when it is killed before they have begun', async () => {
    const run = await demo([], 'gamma starts', (child) => child.kill('SIGKILL'));
    const survivors$ = defer(() => of(survivors(run))).pipe(repeat({ delay: pollIntervalMs }));
    expect(await first(survivors$.pipe(filter(({ length }) => length === 0)))).toEqual([]);
  });
});

describeWithConsul('the whole demo', () => {
  const agent = agentFor();

  it('runs on the embedded Consul and on a real one alike', async () => {
    const runs = await Promise.all([demo([]), demo(['--consul', agent().address])]);
    expect(runs).toHaveLength(2);
    for (const run of runs) expectWholeShow(run);
  });
});
