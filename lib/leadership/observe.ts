import { map, of, type Observable } from 'rxjs';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { watchKey, type Sighting } from '../watch/watchKey.js';
import { failedEvent, type Contender } from './contender.js';
import type { Failed, Sighted } from './electionEvent.js';
import { isOurLock, lockCreateIndexAfter } from './ourLock.js';
import { vacancyOf, type Vacancy } from './vacancy.js';

/** Watches the contended key whatever fails, and tells of both. */
export function observe(contender: Contender, sessionId: string): Observable<Sighted | Failed> {
  const { consul, key, timing, retry } = contender;
  return watchKey(consul, key, { waitMs: timing.watchWaitMs }).pipe(
    map((sighting): Sighted => {
      const vacancy = noteSight(contender, sighting);
      return { type: 'Sighted', at: sighting.receivedAt, sessionId, sighting, ...vacancy };
    }),
    retryWithBackoff({
      ...retry,
      // Also what does not pass by itself: somebody may grant the permission.
      isRetryable: () => true,
      // Where only the polls fail, reads between them must not make them come ever faster.
      isRecovery: ({ sighting }) => sighting.isPolled,
      report: (failure) => of(failedEvent(contender, 'watch', failure)),
    }),
  );
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
