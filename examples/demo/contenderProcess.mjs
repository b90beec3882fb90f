import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import {
  combineLatest,
  defer,
  fromEvent,
  ignoreElements,
  map,
  merge,
  of,
  shareReplay,
  take,
  takeUntil,
} from 'rxjs';
import { nowMs } from './clock.mjs';

const program = fileURLToPath(new URL('contender.mjs', import.meta.url));

/** Starts a contender: what it reports and its exit as `events$`, and the ways to speak to it. */
export function contenderProcess(name, options) {
  const child = fork(program, [JSON.stringify({ ...options, metadata: { name } })], {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const signal = (name) => defer(() => of(child.kill(name))).pipe(ignoreElements());
  const exit$ = exitOf(child);
  const reports$ = fromEvent(child, 'message', (report) => report).pipe(takeUntil(exit$));

  return {
    name,
    pid: child.pid,
    exit$,
    /** Hot: what happens from the subscription on. Completes after the exit. */
    events$: merge(reports$, exit$).pipe(map((event) => ({ ...event, name }))),
    tell: (command) => defer(() => of(child.send(command))).pipe(ignoreElements()),
    signal,
  };
}

/** Emits once, also to those who come late, when the process is gone and its last report was read. */
function exitOf(child) {
  let complaint = '';
  child.stderr.on('data', (chunk) => (complaint += chunk));
  const exit$ = combineLatest([
    fromEvent(child, 'exit', (code, signal) => ({ kind: 'Exited', code, signal, atMs: nowMs() })),
    fromEvent(child, 'disconnect'),
    fromEvent(child.stderr, 'close'),
  ]).pipe(
    take(1),
    map(([exit]) => ({ ...exit, complaint: complaint.trim() })),
    shareReplay(1),
  );
  exit$.subscribe();
  return exit$;
}
