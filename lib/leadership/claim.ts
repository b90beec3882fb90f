import { concatMap, EMPTY, expand, of, timer, type Observable } from 'rxjs';
import { longestProbePauseMs } from '../config/longestPauses.js';
import type { Timing } from '../config/settings.js';
import type { AcquireAnswer } from '../consul/answers.js';
import { acquireLock } from '../lock/acquireLock.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import { failedEvent, type Contender } from './contender.js';
import type { ElectionEvent, Failed, Sighted } from './electionEvent.js';

/** The least time between tries when it is not known how long a lock-delay still lasts. */
const minProbeMs = 100;

/** The least time between tries when the lock-delay must end any moment. */
const minLastProbeMs = 20;

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
  const delayMs = (): number => delayedMs(timing, seen.vacantSince, now());

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

/**
 * How long to wait for the end of a lock-delay. Where its beginning was seen, its end is known but for
 * the drift of the clocks: one that runs fast is there too early, and then tries a few times.
 */
function delayedMs(
  { lockDelayMs, clockDrift }: Timing,
  vacantSince: Instant | undefined,
  now: Instant,
): number {
  const probeMs = Math.min(Math.max(lockDelayMs / 10, minProbeMs), longestProbePauseMs);
  if (!vacantSince) return probeMs;
  const driftMs = lockDelayMs * clockDrift;
  const restMs = lockDelayMs - elapsedMs(vacantSince, now);
  if (restMs > 0) return restMs;
  return restMs > -driftMs ? Math.max(minLastProbeMs, driftMs / 4) : probeMs;
}

const isDelayed = (answer: AcquireAnswer | Failed): boolean =>
  'kind' in answer && answer.kind === 'refused' && answer.reason === 'lock-delay';
