import { filter, map, merge, of, takeWhile, type Observable } from 'rxjs';
import { readEvidence } from '../lock/readEvidence.js';
import { failedEvent, type Contender } from './contender.js';
import type { ElectionEvent, Observed } from './electionEvent.js';
import { keepEntry } from './keepEntry.js';
import { showsLoss } from './lockClaim.js';
import { confirmAtIntervals } from './retries.js';

/**
 * What happens to a leader: confirms at an interval that it holds the lock, and completes with
 * `Lost` once it certainly does not. Failures are told and tried again; when they go on for too long,
 * that is the lease's business.
 *
 * The watch makes it notice a loss within a round trip. It is heeded only where its index is not
 * older than the acquisition, since an answer may have been under way when the lock was taken.
 */
export function lead(
  contender: Contender,
  held: { readonly sessionId: string; readonly modifyIndex: number },
  observation$: Observable<Observed>,
): Observable<ElectionEvent> {
  const { consul, key } = contender;
  const { now } = consul.time;
  const { sessionId } = held;

  const evidence$ = readEvidence(consul, key, sessionId, held.modifyIndex).pipe(
    map((evidence): ElectionEvent => {
      if (evidence.kind === 'absent') return { type: 'Lost', at: now() };
      const { modifyIndex, sentAt } = evidence;
      return { type: 'Confirmed', at: now(), sessionId, modifyIndex, sentAt };
    }),
  );
  const confirmation$ = confirmAtIntervals(contender, evidence$, (failure) =>
    of(failedEvent(contender, 'lock', failure)),
  );
  const losses$ = observation$.pipe(
    filter(({ observation }) => showsLoss({ sessionId, lockIndex: held.modifyIndex }, observation)),
    map(({ at }): ElectionEvent => ({ type: 'Lost', at })),
  );
  const kept$ = keepEntry(contender, held, observation$);
  return merge(losses$, confirmation$, kept$).pipe(takeWhile(({ type }) => type !== 'Lost', true));
}
