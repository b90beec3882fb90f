import { map, type Observable } from 'rxjs';
import { watchKey, type Sighting } from '../watch/watchKey.js';
import { failedEvent, type Contender } from './contender.js';
import type { Failed, Sighted } from './electionEvent.js';
import { isOurLock, lockCreateIndexAfter } from './ourLock.js';
import { retryWatch } from './retries.js';
import { vacancyOf, type Vacancy } from './vacancy.js';

/** Watches the contended key whatever fails, and tells of both. */
export function observe(contender: Contender, sessionId: string): Observable<Sighted | Failed> {
  const { consul, key, timing, retry } = contender;
  return watchKey(consul, key, { waitMs: timing.watchWaitMs }).pipe(
    retryWatch(retry),
    map((seen): Sighted | Failed =>
      'attempt' in seen
        ? failedEvent(contender, 'watch', seen)
        : sightedEvent(seen, noteSight(contender, seen), sessionId),
    ),
  );
}

/** The event of a key that was seen, with what is known of it now. */
export function sightedEvent(sighting: Sighting, vacancy: Vacancy, sessionId: string): Sighted {
  return { type: 'Sighted', at: sighting.receivedAt, sessionId, sighting, ...vacancy };
}

/**
 * Notes the key as it was seen, and tells what is known of it now. What something else has written without
 * holding the key says nothing of its lock, so whoever frees the key of it lets it be claimed at once.
 */
export function noteSight(
  contender: Pick<Contender, 'lockFlags' | 'sight'>,
  { entry, receivedAt }: Pick<Sighting, 'entry' | 'receivedAt'>,
): Vacancy {
  const { sight } = contender;
  const vacancy = vacancyOf(sight.current, { entry, receivedAt });
  if (entry?.sessionId === undefined && !isOurLock(contender, entry)) return vacancy;
  const lockCreateIndex = lockCreateIndexAfter(contender, entry);
  sight.current = { entry, ...vacancy, lockCreateIndex };
  return vacancy;
}
