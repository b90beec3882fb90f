import { concat, concatMap, defer, EMPTY, from, map, type Observable } from 'rxjs';
import { failedEvent } from '../leadership/contender.js';
import { confirmAtIntervals } from '../leadership/retries.js';
import { readHeldKeys } from '../lock/readHeldKeys.js';
import { readSessionEvidence } from '../session/readSessionEvidence.js';
import { leadingCandidacies, type Group } from './group.js';
import { loseLock, type Candidacy, type CandidacyEvent } from './candidacy.js';

/**
 * Confirms at an interval that the locks are held, all of them by one read.
 *
 * A `?consistent` read that names the session shows that it existed at some moment not before the read
 * was sent. Only its end or this process's own release takes a lock from it, so each lock that it was
 * given and has not been asked back was held then, too, or was given to it later than that. Hence two
 * processes cannot lead at once, by the same reckoning as for a single key. What no time covers, a key
 * that is deleted or released by hand, is not seen by such a read; the watch notices it.
 *
 * A lease that expired is not regained by the session alone: the outage may have hidden from the watch
 * what became of its key. So the keys are read as well then, all of them at once.
 */
export function confirmAll(group: Group, sessionId: string): Observable<CandidacyEvent> {
  const evidence$ = defer((): Observable<readonly CandidacyEvent[]> => {
    if (leadingCandidacies(group).length === 0) return EMPTY;
    const expired$ = defer(() =>
      leadingCandidacies(group).some(hasExpired) ? byKeys(group, sessionId) : EMPTY,
    );
    return concat(bySession(group, sessionId), expired$);
  }).pipe(concatMap((events) => from(events)));
  return confirmAtIntervals(group, evidence$, (failure) =>
    from(
      leadingCandidacies(group).map((candidacy) => ({
        candidacy,
        event: failedEvent(group, 'lock', failure),
      })),
    ),
  );
}

const hasExpired = ({ election }: Candidacy): boolean =>
  election.kind === 'Holding' && election.expired;

function bySession(group: Group, sessionId: string): Observable<readonly CandidacyEvent[]> {
  const { consul } = group;
  return readSessionEvidence(consul, sessionId).pipe(
    map(({ sentAt }) => {
      const at = consul.time.now();
      return leadingCandidacies(group).flatMap((candidacy): readonly CandidacyEvent[] => {
        const modifyIndex = candidacy.claim?.lockIndex;
        if (modifyIndex === undefined || hasExpired(candidacy)) return [];
        return [{ candidacy, event: { type: 'Confirmed', at, sessionId, modifyIndex, sentAt } }];
      });
    }),
  );
}

function byKeys(group: Group, sessionId: string): Observable<readonly CandidacyEvent[]> {
  const { consul, prefix, recheck$ } = group;
  const asked = new Set(leadingCandidacies(group));
  return readHeldKeys(consul, prefix, sessionId).pipe(
    map(({ modifyIndexOf, sentAt }) => {
      const at = consul.time.now();
      // A key that began to lead while the answer was on its way may be missing in it.
      const candidacies = leadingCandidacies(group).filter((candidacy) => asked.has(candidacy));
      return candidacies.map((candidacy): CandidacyEvent => {
        const modifyIndex = modifyIndexOf.get(candidacy.contender.key);
        if (modifyIndex !== undefined) {
          return { candidacy, event: { type: 'Confirmed', at, sessionId, modifyIndex, sentAt } };
        }
        const lost = loseLock(candidacy, at);
        recheck$.next();
        return lost;
      });
    }),
  );
}
