import { concatMap, EMPTY, expand, of, timer, type Observable } from 'rxjs';
import type { AcquireAnswer } from '../consul/answers.js';
import { acquireLock } from '../lock/acquireLock.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import { failedEvent, type Contender } from './contender.js';
import type { ElectionEvent, Failed, Sighted } from './electionEvent.js';
import { lockDelayRestMs } from './lockDelay.js';

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
  const delayMs = (): number => lockDelayRestMs(timing, seen.vacantSince, now());

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
