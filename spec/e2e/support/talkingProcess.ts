import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { filter, fromEvent, map, ReplaySubject, share, type Observable } from 'rxjs';
import { leash } from '../../support/leash.js';
import { first } from './contest.js';

/** A process that says what it does in lines. */
export interface TalkingProcess {
  readonly child: ChildProcess;
  /** What it writes to its standard output, from the first line on. */
  readonly line$: Observable<string>;
  /** Resolves with the first line that has these words, also if it came before. */
  readonly until: (words: string) => Promise<string>;
  /** Resolves when it is gone, with its exit code and what it wrote to its standard error. */
  readonly gone: Promise<{ readonly code: number | null; readonly stderr: string }>;
}

/**
 * Starts one, with nothing of this environment but the path and what is given. In a group of its own it
 * can be signalled together with what it has started.
 */
export function talkingProcess(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  { ownGroup = false }: { readonly ownGroup?: boolean } = {},
): TalkingProcess {
  const child = spawn(command, args, {
    detached: ownGroup,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'], ...environment },
  });
  // Who kills the group of this process does not reach that one.
  if (ownGroup && child.pid !== undefined) child.once('exit', leash(-child.pid, ''));
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += String(chunk)));
  const line$ = fromEvent(createInterface(child.stdout), 'line').pipe(
    map(String),
    share({ connector: () => new ReplaySubject<string>(Infinity), resetOnRefCountZero: false }),
  );
  // From now on, whoever listens when.
  line$.subscribe();
  return {
    child,
    line$,
    until: (words) => first(line$.pipe(filter((line) => line.includes(words)))),
    gone: once(child, 'close').then(() => ({ code: child.exitCode, stderr })),
  };
}
