import { map, type Observable } from 'rxjs';
import { watchKey, type Observation } from '../watch/watchKey.js';
import { failedEvent, type Contender } from './contender.js';
import type { Failed, Observed } from './electionEvent.js';
import { isOurLock, lockCreateIndexAfter } from './ourLock.js';
import { retryWatch } from './retries.js';
import { freeLockOf, type FreeLock } from './freeLock.js';

/** Watches the contended key whatever fails, and tells of both. */
export function observe(contender: Contender, sessionId: string): Observable<Observed | Failed> {
  const { consul, key, timing, retry } = contender;
  return watchKey(consul, key, { waitMs: timing.watchWaitMs }).pipe(
    retryWatch(retry),
    map((seen): Observed | Failed =>
      'attempt' in seen
        ? failedEvent(contender, 'watch', seen)
        : observedEvent(seen, recordObservation(contender, seen), sessionId),
    ),
  );
}

/** The event of a key that was seen, with what is known of it now. */
export function observedEvent(
  observation: Observation,
  freeLock: FreeLock,
  sessionId: string,
): Observed {
  return { type: 'Observed', at: observation.receivedAt, sessionId, observation, ...freeLock };
}

/**
 * Notes the key as it was seen, and tells what is known of it now. What something else has written without
 * holding the key says nothing of its lock, so whoever frees the key of it lets it be claimed at once.
 */
export function recordObservation(
  contender: Pick<Contender, 'lockFlags' | 'lastObserved'>,
  { entry, receivedAt }: Pick<Observation, 'entry' | 'receivedAt'>,
): FreeLock {
  const { lastObserved } = contender;
  const freeLock = freeLockOf(lastObserved.current, { entry, receivedAt });
  if (entry?.sessionId === undefined && !isOurLock(contender, entry)) return freeLock;
  const lockCreateIndex = lockCreateIndexAfter(contender, entry);
  lastObserved.current = { entry, ...freeLock, lockCreateIndex };
  return freeLock;
}
