import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { Observable } from 'rxjs';
import { leash } from './leash.js';

/** A running `consul agent`. */
export interface AgentProcess {
  readonly pid: number;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Emits once and completes when the process is gone, also to those who come late. */
  readonly exit$: Observable<void>;
}

/** Starts `binary agent ...args` on a leash. Its output is appended to `logFile`. */
export function agentProcess(
  binary: string,
  args: readonly string[],
  { folder, logFile }: { readonly folder: string; readonly logFile: string },
): AgentProcess {
  const log = openSync(logFile, 'a');
  const child = spawn(binary, ['agent', ...args], {
    stdio: ['ignore', log, log],
    env: environmentWithoutConsul(),
  });
  closeSync(log);
  // An event without a listener would end the process; the missing pid says the same.
  child.once('error', () => undefined);
  if (child.pid === undefined) throw new Error(`${binary} could not be started.`);
  const unleash = leash(child.pid, folder);
  child.once('exit', unleash);
  return {
    pid: child.pid,
    signal: (signal) => void child.kill(signal),
    exit$: exitOf(child),
  };
}

/** The end of an agent's log, for the message of an error. */
export function tailOf(logFile: string): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-12).join('\n');
}

function exitOf(child: ChildProcess): Observable<void> {
  return new Observable<void>((subscriber) => {
    const end = () => {
      subscriber.next();
      subscriber.complete();
    };
    if (child.exitCode !== null || child.signalCode !== null) {
      end();
      return undefined;
    }
    child.once('exit', end);
    return () => child.off('exit', end);
  });
}

function environmentWithoutConsul(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('CONSUL_')),
  );
}
