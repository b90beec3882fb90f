import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { filter, map } from 'rxjs';
import type { ElectionOptions } from '../../lib/index.js';
import { talkingProcess, type TalkingProcess } from '../e2e/support/talkingProcess.js';
import { nowMs } from '../e2e/support/terms.js';
import { leash } from '../support/leash.js';
import type { Life, Line } from './history.js';
import { proxyTo, type Proxy } from './proxy.js';

/** A seat in the race: a proxy before a server, and the process that contends through it now. */
export interface Participant {
  readonly proxy: Proxy;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly pid: () => number;
  /** Whether the last that its process said is that it leads. */
  readonly leads: () => boolean;
  /** SIGKILL, or another end; resolves when the process is gone. */
  readonly end: (signal: NodeJS.Signals) => Promise<void>;
  /** Seats a new process. */
  readonly restart: () => void;
  /** All processes that sat here. */
  readonly lives: () => readonly Life[];
}

type Mutable<T> = { -readonly [F in keyof T]: T[F] };

const file = (name: string): string => join(__dirname, 'processes', name);

/** A process that tells lines of JSON; it does not outlive this one. */
function telling(name: string, plan: unknown): { process: TalkingProcess; lines: Line[] } {
  const process_ = talkingProcess(process.execPath, [file(name), JSON.stringify(plan)]);
  const lines: Line[] = [];
  process_.line$
    .pipe(
      filter((line) => line.startsWith('{')),
      map((line) => JSON.parse(line) as Line),
    )
    .subscribe((line) => lines.push(line));
  const unleash = leash(process_.child.pid!, mkdtempSync(join(tmpdir(), 'chaos-')));
  void process_.gone.finally(unleash);
  return { process: process_, lines };
}

/** The register to which leaders write. */
export interface Register {
  readonly address: string;
  readonly lines: readonly Line[];
  readonly end: () => Promise<unknown>;
}

export async function startedRegister(): Promise<Register> {
  const { process: register, lines } = telling('register.mjs', {});
  const { port } = JSON.parse(await register.until('Listening')) as { port: number };
  return {
    address: `http://127.0.0.1:${port}`,
    lines,
    end: () => {
      register.child.kill('SIGKILL');
      return register.gone;
    },
  };
}

/** A seat before one server, with a process on it. */
export async function startParticipant(
  name: string,
  serverPort: number,
  plan: { readonly options: ElectionOptions; readonly register: string; writeEveryMs: number },
): Promise<Participant> {
  const proxy = await proxyTo(serverPort);
  const lives: Mutable<Life>[] = [];
  const restarted = (): ReturnType<typeof telling> => {
    const life = `${name}#${lives.length + 1}`;
    const options = { ...plan.options, consul: { address: proxy.address } };
    const next = telling('contender.mjs', { ...plan, name: life, options });
    const lived: Mutable<Life> = {
      name: life,
      lines: next.lines,
      endedAtMs: undefined,
      ending: false,
      crash: undefined,
    };
    lives.push(lived);
    void next.process.gone.then((end) => noteCrash(lived, end));
    return next;
  };
  let current = restarted();
  return {
    proxy,
    pid: () => current.process.child.pid!,
    signal: (signal) => void current.process.child.kill(signal),
    leads: () => {
      const last = current.lines.findLast(({ kind }) => isState(kind));
      return last?.kind === 'Leader' && lives.at(-1)?.endedAtMs === undefined;
    },
    end: async (signal) => {
      const life = lives.at(-1)!;
      const asked = nowMs();
      life.ending = true;
      current.process.child.kill(signal);
      await current.process.gone;
      life.endedAtMs ??= signal === 'SIGKILL' ? asked : nowMs();
    },
    restart: () => {
      current = restarted();
    },
    lives: () => lives,
  };
}

/** Who ends without having been ended has crashed. */
function noteCrash(
  life: Mutable<Life>,
  { code, stderr }: { readonly code: number | null; readonly stderr: string },
): void {
  if (life.endedAtMs !== undefined || life.ending) return;
  life.endedAtMs = nowMs();
  life.crash = `exit ${code}: ${stderr}`;
}

const isState = (kind: string): boolean =>
  kind === 'Leader' || kind === 'Follower' || kind === 'Error' || kind === 'Resigned';
