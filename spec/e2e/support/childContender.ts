import { fileURLToPath } from 'node:url';
import { filter, map } from 'rxjs';
import type { ElectionOptions } from '../../../lib/index.js';
import { consulBinary } from '../../support/describeWithConsul.js';
import { talkingProcess, type TalkingProcess } from './talkingProcess.js';
import { nowMs, termsOf, type Term, type Told } from './terms.js';

/** A contender as a process of its own, on the built package. */
export interface ChildContender {
  readonly until: TalkingProcess['until'];
  /** SIGKILL; resolves when it is gone, with the moment just before. */
  readonly kill: () => Promise<number>;
  /** Resolves when it is gone by itself. */
  readonly exit: TalkingProcess['gone'];
  /** SIGTERM; resolves when it is gone. */
  readonly stop: () => TalkingProcess['gone'];
  readonly told: readonly Told[];
  /** Its terms; the last one ends with the process. */
  readonly terms: () => Term[];
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

/** Whether a contender is on exp-leader-election or on what takes its place, and listens to errors. */
export interface ExpProgram {
  readonly kind: 'old' | 'new';
  readonly letItCrash?: boolean;
}

/** A contender by exp-leader-election or what takes its place; its locks are marked by no flags. */
export function expContender(
  name: string,
  options: object,
  { kind, letItCrash = false }: ExpProgram,
): ChildContender {
  const plan = JSON.stringify({ kind, letItCrash, options });
  return contenderProcess(name, process.execPath, [file('expContender.cjs'), plan]);
}

/** `consul lock`, which holds `<prefix>/.lock` while its command works for a moment. */
export function consulLock(
  name: string,
  address: string,
  prefix: string,
  ...options: readonly string[]
): ChildContender {
  if (consulBinary === undefined) throw new Error('There is no Consul: use describeWithConsul.');
  const command = [process.execPath, file('work.mjs')];
  return contenderProcess(name, consulBinary, [
    ...['lock', `-http-addr=${address}`, '-shell=false', '-verbose', ...options, prefix],
    ...command,
  ]);
}

function contenderProcess(name: string, command: string, args: readonly string[]): ChildContender {
  const { child, gone, line$, until } = talkingProcess(command, args);
  const told: Told[] = [];
  line$.pipe(filter(isTold), map(toldBy)).subscribe((line) => told.push(line));
  let goneAtMs: number | undefined;
  const exit = gone.finally(() => {
    goneAtMs ??= nowMs();
  });
  return {
    told,
    until,
    exit,
    stop: () => {
      child.kill('SIGTERM');
      return exit;
    },
    kill: async () => {
      const killedAtMs = nowMs();
      child.kill('SIGKILL');
      await exit;
      goneAtMs = killedAtMs;
      return killedAtMs;
    },
    terms: () => termsOf(name, told).map((term) => ({ ...term, toMs: term.toMs ?? goneAtMs })),
  };
}

/** What the clients of others say besides is no news of leadership. */
const isTold = (line: string): boolean => line.startsWith('{');

function toldBy(line: string): Told {
  const { kind, atMs, token } = JSON.parse(line) as { kind: string; atMs: number; token?: string };
  return { kind, atMs, token: token === undefined ? undefined : BigInt(token) };
}
