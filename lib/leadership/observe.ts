import { map, of, type Observable } from 'rxjs';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { watchKey, type Sighting } from '../watch/watchKey.js';
import { keyInUse } from './keyInUse.js';
import { failedEvent, type Contender } from './contender.js';
import type { Failed, Sighted } from './electionEvent.js';
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
  { sight }: Pick<Contender, 'sight'>,
  { entry, receivedAt }: Pick<Sighting, 'entry' | 'receivedAt'>,
): Vacancy {
  const vacancy = vacancyOf(sight.current, { entry, receivedAt });
  sight.current = { entry, ...vacancy };
  return vacancy;
}

/** Throws `KEY_IN_USE` where the key carries other flags than the locks of this election. */
function ofThisKind({ key, lockFlags }: Contender, sighting: Sighting): Sighting {
  const flags = sighting.entry?.flags ?? lockFlags;
  if (flags === lockFlags) return sighting;
  throw keyInUse(key, flags, lockFlags);
}
