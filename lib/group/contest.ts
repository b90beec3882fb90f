import { concat, concatMap, defer, EMPTY, filter, from, merge, tap, type Observable } from 'rxjs';
import { register, keepRegistered } from './registration.js';
import { rebalance } from './balance.js';
import { claimAll } from './claimAll.js';
import { recheck, type Group } from './group.js';
import { keepEntries } from './keepEntries.js';
import { eventsFor, observeAll } from './observeAll.js';
import { confirmAll } from './confirmAll.js';
import { joinSession, standBy, type CandidacyEvent } from './candidacy.js';

/**
 * Contends for all keys of the group with one session. Never completes; errors when the session is
 * lost or must not be used again.
 */
export function contest(group: Group, sessionId: string): Observable<CandidacyEvent> {
  const { releasing$, joined$, candidacies } = group;
  // A claim under way puts a release off until its answer, which the end of its session has cut short.
  // With this session nothing is held yet, so nothing is released, and nobody can lead by it.
  const putOff$ = defer(() => {
    for (const candidacy of candidacies.values()) {
      if (candidacy.releaseReason !== undefined && candidacy.phase === 'standing by')
        releasing$.next(candidacy);
    }
    return EMPTY;
  });
  const joined = { sessionId, before: undefined, isNew: true };
  const joins$ = joined$.pipe(
    tap((candidacy) => joinSession(candidacy, sessionId)),
    concatMap((candidacy) => concat(from(eventsFor(group, candidacy, joined)), recheck(group))),
  );
  return defer(() => {
    for (const candidacy of candidacies.values()) joinSession(candidacy, sessionId);
    const balanced = group.balance !== undefined;
    const contending$ = merge(
      ...(balanced ? [keepRegistered(group, sessionId), rebalance(group, sessionId)] : []),
      observeAll(group, sessionId),
      joins$,
      applyReports(group),
      claimAll(group),
      keepEntries(group),
      confirmAll(group, sessionId),
      putOff$,
    );
    // Registered first, so that processes which start together know of each other.
    return balanced ? concat(register(group, sessionId), contending$) : contending$;
  });
}

/** What a transaction found out about the lock that its fence names. */
function applyReports({ lockReport$, recheck$ }: Group): Observable<CandidacyEvent> {
  return lockReport$.pipe(
    filter(({ candidacy }) => candidacy.phase === 'leading'),
    tap(({ candidacy, event }) => {
      if (event.type !== 'Lost') return;
      standBy(candidacy);
      recheck$.next();
    }),
  );
}
