import { map, of, type Observable } from 'rxjs';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { watchKey, type Sighting } from '../watch/watchKey.js';
import { keyInUse } from './keyInUse.js';
import { failedEvent, type Contender } from './contender.js';
import type { Failed, Sighted } from './electionEvent.js';
import { vacancyOf } from './vacancy.js';

/** Watches the contended key whatever fails, and tells of both. */
export function observe(contender: Contender, sessionId: string): Observable<Sighted | Failed> {
  const { consul, key, timing, retry, sight } = contender;
  const sighted = (sighting: Sighting): Sighted => {
    const vacancy = vacancyOf(sight.current, sighting);
    sight.current = { entry: sighting.entry, ...vacancy };
    return { type: 'Sighted', at: sighting.receivedAt, sessionId, sighting, ...vacancy };
  };
  return watchKey(consul, key, { waitMs: timing.watchWaitMs }).pipe(
    map((sighting) => sighted(ofThisKind(contender, sighting))),
    retryWithBackoff({
      ...retry,
      // Also what does not pass by itself: somebody may grant the permission or free the key.
      isRetryable: () => true,
      report: (failure) => of(failedEvent(contender, 'watch', failure)),
    }),
  );
}

/** Throws `KEY_IN_USE` where the key carries other flags than the locks of this election. */
function ofThisKind({ key, lockFlags }: Contender, sighting: Sighting): Sighting {
  const flags = sighting.entry?.flags ?? lockFlags;
  if (flags === lockFlags) return sighting;
  throw keyInUse(key, flags, lockFlags);
}
