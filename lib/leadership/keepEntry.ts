import {
  catchError,
  concatMap,
  EMPTY,
  filter,
  map,
  mergeMap,
  of,
  throttleTime,
  type Observable,
} from 'rxjs';
import type { KeyEntry } from '../consul/http/answers.js';
import { acquireLock } from '../lock/acquireLock.js';
import { publish } from '../ports/diagnostics.js';
import type { Contender } from './contender.js';
import type { LockReport, Observed } from './electionEvent.js';
import { retryInSession } from './retries.js';

/** The least time between two looks at whether the entry has to be restored, in milliseconds. */
export const restoreIntervalMs = 1_000;

/** Where a leader that has restored the entry of its lock says so. */
const restoredChannel = 'rxjs-leader-election:lock:restored';

/** Whether somebody has written over the entry of a lock that this session holds. */
export const isWrittenOver = (
  { lockFlags, value }: Pick<Contender, 'lockFlags' | 'value'>,
  held: { readonly sessionId: string },
  entry: KeyEntry | undefined,
): entry is KeyEntry =>
  entry?.sessionId === held.sessionId && (entry.flags !== lockFlags || entry.value !== value);

/**
 * Restores the entry of a held lock that somebody writes over, so that others know it as this election's lock
 * when its holder crashes. Others may write it again and again, so this is done once a second at most.
 */
export function keepEntry(
  contender: Contender,
  held: { readonly sessionId: string; readonly modifyIndex: number },
  observation$: Observable<Observed>,
): Observable<LockReport> {
  return observation$.pipe(
    map(({ observation }) =>
      observation.index >= held.modifyIndex ? observation.entry : undefined,
    ),
    filter((entry) => isWrittenOver(contender, held, entry)),
    throttleTime(restoreIntervalMs, contender.consul.time.scheduler, {
      leading: true,
      trailing: true,
    }),
    concatMap((entry) => restoreEntry(contender, held, entry)),
  );
}

/**
 * Writes the entry again as this session's lock, and tells of it. The request is bound to the entry as it was
 * seen, which this session held: where that has changed since, nothing is written. So it takes no lock that
 * was lost meanwhile, and two cannot lead at once by it.
 */
export function restoreEntry(
  { consul, key, lockFlags: flags, retry, value }: Contender,
  { sessionId }: { readonly sessionId: string },
  entry: KeyEntry,
): Observable<LockReport> {
  const expected = { modifyIndex: entry.modifyIndex };
  return acquireLock(consul, { key, sessionId, value, flags, expected }).pipe(
    retryInSession(retry),
    // The session's own stream tells of its loss.
    catchError(() => EMPTY),
    mergeMap((answer): Observable<LockReport> => {
      if (answer.kind === 'refused') return EMPTY;
      publish(restoredChannel, () => ({ key, sessionId, foundFlags: entry.flags }));
      const { modifyIndex, sentAt } = answer;
      return of({ type: 'Confirmed', at: consul.time.now(), sessionId, modifyIndex, sentAt });
    }),
  );
}
