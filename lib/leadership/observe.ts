import { map, of, type Observable } from 'rxjs';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { watchKey, type Sighting } from '../watch/watchKey.js';
import { keyInUse } from './keyInUse.js';
import { failedEvent, type Contender } from './contender.js';
import type { Failed, Sighted } from './electionEvent.js';
import { isOurLock, lockCreateIndexAfter } from './ourLock.js';
import { vacancyOf, type Vacancy } from './vacancy.js';

/** Watches the contended key whatever fails, and tells of both. */
export function observe(contender: Contender, sessionId: string): Observable<Sighted | Failed> {
  const { consul, key, timing, retry } = contender;
  return watchKey(consul, key, { waitMs: timing.watchWaitMs }).pipe(
    map((seen): Sighted => {
      const sighting = ofThisKind(contender, seen);
      const vacancy = noteSight(contender, sighting);
      return { type: 'Sighted', at: sighting.receivedAt, sessionId, sighting, ...vacancy };
    }),
    retryWithBackoff({
      ...retry,
      // Also what does not pass by itself: somebody may grant the permission or free the key.
      isRetryable: () => true,
      // Where only the polls fail, reads between them must not make them come ever faster.
      isRecovery: ({ sighting }) => sighting.isPolled,
      report: (failure) => of(failedEvent(contender, 'watch', failure)),
    }),
  );
}

/** Notes the key as it was seen, and tells what is known of it now. */
export function noteSight(
  contender: Pick<Contender, 'lockFlags' | 'sight'>,
  { entry, receivedAt }: Pick<Sighting, 'entry' | 'receivedAt'>,
): Vacancy {
  const { sight } = contender;
  const vacancy = vacancyOf(sight.current, { entry, receivedAt });
  const lockCreateIndex = lockCreateIndexAfter(contender, entry);
  sight.current = { entry, ...vacancy, lockCreateIndex };
  return vacancy;
}

/** Throws `KEY_IN_USE` where the key was never a lock of this election, as far as is known. */
function ofThisKind(contender: Contender, sighting: Sighting): Sighting {
  const { entry } = sighting;
  if (entry === undefined || isOurLock(contender, entry)) return sighting;
  throw keyInUse(contender.key, entry.flags, contender.lockFlags);
}
