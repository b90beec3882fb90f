import { concatMap, EMPTY, expand, of, timer, type Observable } from 'rxjs';
import type { AcquireAnswer } from '../consul/answers.js';
import { acquireLock } from '../lock/acquireLock.js';
import { elapsedMs } from '../ports/instant.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { failedEvent, isSessionLost, type Contender } from './contender.js';
import type { ElectionEvent, Failed, Sighted } from './electionEvent.js';

/** Bounds of the time between tries when it is not known how long a lock-delay still lasts. */
const minProbeMs = 100;
const maxProbeMs = 1_000;

/** This session holds the lock. */
export type Acquired = Extract<ElectionEvent, { type: 'Acquired' }>;

/**
 * Tries to take the lock where a sighting showed it free, and waits a lock-delay out by a timer: its
 * end wakes no watch. Emits `Acquired`, or completes without it when somebody was faster; the watch
 * shows who.
 *
 * The attempt is bound to the entry that was seen, so it can neither take a lock that changed hands
 * unseen nor overwrite a key that something else has created meanwhile.
 */
export function claim(contender: Contender, seen: Sighted): Observable<Acquired | Failed> {
  const { consul, key, value, lockFlags, retry, timing } = contender;
  const { now, scheduler } = consul.time;
  const { sessionId, sighting } = seen;
  const expected = sighting.entry ? { modifyIndex: sighting.entry.modifyIndex } : 'absent';

  const attempt$ = acquireLock(consul, { key, sessionId, value, flags: lockFlags, expected }).pipe(
    retryWithBackoff({
      ...retry,
      isRetryable: (error) => !isSessionLost(error),
      report: (failure) => of(failedEvent(contender, 'lock', failure)),
    }),
  );
  const delayMs = (): number => {
    const probeMs = Math.min(Math.max(timing.lockDelayMs / 10, minProbeMs), maxProbeMs);
    if (!seen.vacantSince) return probeMs;
    const restMs = timing.lockDelayMs - elapsedMs(seen.vacantSince, now());
    return restMs > 0 ? restMs : probeMs;
  };

  return attempt$.pipe(
    expand((answer) =>
      isDelayed(answer) ? timer(delayMs(), scheduler).pipe(concatMap(() => attempt$)) : EMPTY,
    ),
    concatMap((answer) => {
      if ('type' in answer) return of(answer);
      if (answer.kind === 'refused') return EMPTY;
      const { modifyIndex, sentAt } = answer;
      return of<Acquired>({ type: 'Acquired', at: now(), sessionId, modifyIndex, sentAt });
    }),
  );
}

const isDelayed = (answer: AcquireAnswer | Failed): boolean =>
  'kind' in answer && answer.kind === 'refused' && answer.reason === 'lock-delay';
