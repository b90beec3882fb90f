import { concat, defer, EMPTY, finalize, of, type Observable } from 'rxjs';
import type { RetriedFailure } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import type { Race } from './candidacy.js';
import { contend, type Interventions } from './contend.js';
import { cutOff, failedEvent, type Contender } from './contender.js';
import type { ElectionEvent } from './electionEvent.js';
import { newClaim } from './lockClaim.js';
import { vacate } from './vacate.js';

/** The race for one key. */
export function raceForKey(
  contender: Contender,
  interventions: Interventions,
): Race<ElectionEvent> {
  const { holds } = contender;
  const { now } = contender.consul.time;
  let latestId = '';
  return {
    enter: ({ id }) => {
      const own = newClaim(contender, id);
      latestId = id;
      return {
        event$: contend(own, interventions),
        vacate: () =>
          (own.mayHold ? vacate(own) : EMPTY).pipe(
            // When Consul ends the session meanwhile, its lock is lost.
            finalize(() => holds.cut(id)),
          ),
      };
    },
    ceded$: defer(() => of<ElectionEvent>({ type: 'Ceded', at: now() })),
    failed: (failure) => sessionFailure(contender, failure, latestId),
  };
}

/** A session that Consul has ended is no trouble by itself: the lock is lost, and the next session follows. */
function sessionFailure(
  contender: Contender,
  failure: RetriedFailure,
  sessionId: string,
): Observable<ElectionEvent> {
  if (!isSessionLost(failure.error)) return of(failedEvent(contender, 'session', failure));
  const lost: ElectionEvent = { type: 'Lost', at: contender.consul.time.now() };
  return concat(of(lost), cutOff(contender, sessionId));
}
