import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { filter, fromEvent, map, share, ReplaySubject, type Observable } from 'rxjs';
import type { ElectionOptions } from '../../../lib/index.js';
import { first } from './contest.js';
import { nowMs, tenuresOf, type Tenure, type Told } from './tenures.js';

/** A contender as a process of its own, on the built package. */
export interface ChildContender {
  readonly pid: number;
  /** Resolves when it says this, also if it has said it before. */
  readonly until: (kind: string) => Promise<void>;
  /** SIGKILL; resolves when it is gone, with the moment just before. */
  readonly kill: () => Promise<number>;
  /** Resolves when it is gone by itself. */
  readonly exit: Promise<{ readonly code: number | null; readonly stderr: string }>;
  readonly told: readonly Told[];
  /** Its tenures; the last one ends with the process. */
  readonly tenures: () => Tenure[];
}

const program = fileURLToPath(new URL('contender.mjs', `file://${__dirname}/`));

/** Starts one. `whenLeader`: what it does as soon as it leads. */
export function childContender(
  name: string,
  options: ElectionOptions,
  whenLeader?: 'resign' | 'unsubscribe',
): ChildContender {
  const child = spawn(process.execPath, [program, JSON.stringify({ options, whenLeader })], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] },
  });
  const told: Told[] = [];
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const line$: Observable<Told> = fromEvent(createInterface(child.stdout), 'line').pipe(
    map((line) => toldBy(String(line))),
    share({ connector: () => new ReplaySubject(Infinity), resetOnRefCountZero: false }),
  );
  line$.subscribe((line) => told.push(line));
  let goneAtMs: number | undefined;
  const gone = once(child, 'close').then(() => {
    goneAtMs ??= nowMs();
  });
  return {
    pid: child.pid ?? Number.NaN,
    told,
    until: (kind) => first(line$.pipe(filter((line) => line.kind === kind))).then(() => undefined),
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

function toldBy(line: string): Told {
  const { kind, atMs, token } = JSON.parse(line) as { kind: string; atMs: number; token?: string };
  return { kind, atMs, token: token === undefined ? undefined : BigInt(token) };
}
