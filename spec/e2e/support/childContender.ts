import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { filter, fromEvent, map, ReplaySubject, share } from 'rxjs';
import type { ElectionOptions } from '../../../lib/index.js';
import type { RealConsul } from '../../support/realConsul.js';
import { first } from './contest.js';
import { nowMs, tenuresOf, type Tenure, type Told } from './tenures.js';

/** A contender as a process of its own, on the built package. */
export interface ChildContender {
  readonly pid: number;
  /** Resolves when a line of its output has this word, also if it has been said before. */
  readonly until: (word: string) => Promise<void>;
  /** SIGKILL; resolves when it is gone, with the moment just before. */
  readonly kill: () => Promise<number>;
  /** Resolves when it is gone by itself. */
  readonly exit: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly told: readonly Told[];
  /** Its tenures; the last one ends with the process. */
  readonly tenures: () => Tenure[];
}

const file = (name: string): string =>
  fileURLToPath(new URL(`../processes/${name}`, `file://${__dirname}/`));

/** A contender of this library. `whenLeader`: what it does as soon as it leads. */
export function childContender(
  name: string,
  options: ElectionOptions,
  whenLeader?: 'resign' | 'unsubscribe',
): ChildContender {
  const plan = JSON.stringify({ options, whenLeader });
  return contenderProcess(name, process.execPath, [file('contender.mjs'), plan]);
}

/** A contender by exp-leader-election, whose locks are marked by no flags. */
export function expContender(name: string, options: object): ChildContender {
  return contenderProcess(name, process.execPath, [
    file('expContender.cjs'),
    JSON.stringify(options),
  ]);
}

/** `consul lock`, which holds `<prefix>/.lock` while its command works for a moment. */
export function consulLock(name: string, { binary, address }: RealConsul, prefix: string) {
  const command = [process.execPath, file('work.mjs')];
  return contenderProcess(name, binary, [
    ...['lock', `-http-addr=${address}`, '-shell=false', '-verbose', prefix],
    ...command,
  ]);
}

function contenderProcess(name: string, command: string, args: readonly string[]): ChildContender {
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  const told: Told[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const line$ = fromEvent(createInterface(child.stdout), 'line').pipe(
    map(String),
    share({ connector: () => new ReplaySubject<string>(Infinity), resetOnRefCountZero: false }),
  );
  line$.pipe(filter(isTold), map(toldBy)).subscribe((line) => told.push(line));
  let goneAtMs: number | undefined;
  const gone = once(child, 'close').then(() => {
    goneAtMs ??= nowMs();
  });
  return {
    pid: child.pid ?? Number.NaN,
    told,
    until: async (word) => {
      await first(line$.pipe(filter((line) => line.includes(word))));
    },
    kill: async () => {
      const killedAtMs = nowMs();
      child.kill('SIGKILL');
      await gone;
      goneAtMs = killedAtMs;
      return killedAtMs;
    },
    exit: gone.then(() => ({ code: child.exitCode, stderr })),
    tenures: () =>
      tenuresOf(name, told).map((tenure) => ({ ...tenure, toMs: tenure.toMs ?? goneAtMs })),
  };
}

/** What the clients of others say besides is no news of leadership. */
const isTold = (line: string): boolean => line.startsWith('{');

function toldBy(line: string): Told {
  const { kind, atMs, token } = JSON.parse(line) as { kind: string; atMs: number; token?: string };
  return { kind, atMs, token: token === undefined ? undefined : BigInt(token) };
}
