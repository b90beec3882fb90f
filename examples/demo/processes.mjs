// The contenders as processes: starts them, hears what they say, ends them.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  filter,
  firstValueFrom,
  forkJoin,
  fromEvent,
  map,
  merge,
  mergeMap,
  race,
  ReplaySubject,
  Subject,
  take,
  throwError,
  timeout,
  timer,
} from 'rxjs';

const program = fileURLToPath(new URL('contender.mjs', import.meta.url));

/** How long the processes get to resign before they are killed. */
const resignationMs = 7_000;

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** The monotonic clock, which all processes of a machine share. */
export const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

/** A reason to end the demo; its message is all that is shown of it. */
export class DemoFailure extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Contenders with these options, none of them started yet. */
export function processesOf(options) {
  const record = [];
  const running = new Map();
  const event$ = new Subject();
  const happened = (event) => {
    record.push(event);
    event$.next(event);
  };
  const trouble$ = new ReplaySubject();
  merge(interrupted(), event$.pipe(mergeMap(troubleIn))).subscribe(trouble$);

  return {
    /** Everything that happened so far, in the order of its arrival. */
    record,
    event$: event$.asObservable(),
    running: () => [...running.keys()],
    say: (...lines) => happened({ kind: 'Said', lines, atMs: nowMs() }),
    start: (name) => {
      const child = fork(program, [JSON.stringify({ ...options, metadata: { name } })], {
        stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
        // Out of reach of Ctrl-C, which is for this process; it then tells them to resign.
        detached: true,
      });
      const exit$ = exitOf(child);
      running.set(name, { child, exit$ });
      happened({ kind: 'Started', name, pid: child.pid, atMs: nowMs() });
      merge(
        fromEvent(child, 'message', (report) => report),
        exit$,
      ).subscribe((event) => {
        if (event.kind === 'Exited') running.delete(name);
        happened({ ...event, name });
      });
    },
    kill: (name, signal) => running.get(name)?.child.kill(signal),
    /** The next event of the kind, or a failure that says what was waited for. */
    next: (what, withinMs, matches) =>
      firstValueFrom(
        merge(event$.pipe(filter(matches)), trouble$).pipe(timeout(limit(what, withinMs, record))),
      ),
    pause: (forMs) => firstValueFrom(merge(timer(forMs), trouble$)),
    /** Ends the processes that still run: by their resignation, or by force if that takes too long. */
    close: async () => {
      const left = [...running.values()];
      const gone$ = forkJoin(left.map(({ exit$ }) => exit$));
      left.forEach(({ child }) => child.kill('SIGTERM'));
      await firstValueFrom(race(gone$, timer(resignationMs)), { defaultValue: undefined });
      left.forEach(({ child }) => child.kill('SIGKILL'));
      await firstValueFrom(gone$, { defaultValue: undefined });
    },
  };
}

/** Emits once, also to those who come late, when the process is gone and its last word was read. */
function exitOf(child) {
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += chunk));
  const exit$ = new ReplaySubject(1);
  forkJoin([
    fromEvent(child, 'exit', (code, signal) => ({ code, signal, atMs: nowMs() })).pipe(take(1)),
    fromEvent(child, 'disconnect').pipe(take(1)),
    fromEvent(child.stderr, 'close').pipe(take(1)),
  ])
    .pipe(map(([exit]) => ({ kind: 'Exited', ...exit, complaint: complaint.trim() })))
    .subscribe(exit$);
  return exit$;
}

/** Errors when somebody wants the show to end, or nobody reads its output any more. */
function interrupted() {
  const signals = Object.entries(exitCodes).map(([signal, code]) =>
    fromEvent(process, signal).pipe(map(() => new DemoFailure(`Ended by ${signal}.`, code))),
  );
  // The lines that are still to come fail as well, and must not end this process before the others.
  process.stdout.on('error', () => {});
  const unread$ = fromEvent(process.stdout, 'error').pipe(
    map(() => new DemoFailure('Nobody reads the output.')),
  );
  return merge(...signals, unread$).pipe(mergeMap((failure) => throwError(() => failure)));
}

/** Trouble that passes is part of an election, other trouble is for the user to mend. */
function troubleIn({ kind, name, code, complaint, message, retryable }) {
  if (kind === 'Exited' && code > 0) {
    return throwError(() => new DemoFailure(`${name} ended with code ${code}. ${complaint}`));
  }
  if (kind === 'Error' && !retryable) return throwError(() => new DemoFailure(message));
  return [];
}

const limit = (what, withinMs, record) => ({
  first: withinMs,
  with: () =>
    throwError(() => {
      const trouble = record.findLast(({ kind }) => kind === 'Error')?.message ?? '';
      return new DemoFailure(
        `Waited ${Math.round(withinMs)} ms in vain for ${what}. ${trouble}`.trim(),
      );
    }),
});
