import { readdirSync, readFileSync } from 'node:fs';
import { defer, filter, ignoreElements, of, repeat, take, timeout, type Observable } from 'rxjs';

const pollIntervalMs = 5;

/** Completes when every thread of the process stands still, which is a little after its SIGSTOP. */
export function stopped(pid: number): Observable<never> {
  return defer(() => of(threadsOf(pid).every(isStopped))).pipe(
    repeat({ delay: pollIntervalMs }),
    filter((still) => still),
    take(1),
    timeout(60_000),
    ignoreElements(),
  );
}

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}/status`);
  } catch {
    // A process that was killed meanwhile stands still for good.
    return [];
  }
}

function isStopped(statusFile: string): boolean {
  try {
    return /^State:\s+T/m.test(readFileSync(statusFile, 'utf8'));
  } catch {
    // A thread that ended between the two reads stands still, too.
    return true;
  }
}
