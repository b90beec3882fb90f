import { concat, concatMap, defer, EMPTY, filter, from, merge, tap, type Observable } from 'rxjs';
import { announce, keepAnnounced } from './announcement.js';
import { evenOut } from './balance.js';
import { claimAll } from './claimAll.js';
import type { Group } from './group.js';
import { keepEntries } from './keepEntries.js';
import { newsFor, observeAll } from './observeAll.js';
import { proveAll } from './proveAll.js';
import { enrol, standBy, type SeatEvent } from './seat.js';

/**
 * Contends for all keys of the group with one session. Never completes; errors when the session is
 * lost or must not be used again.
 */
export function contest(group: Group, sessionId: string): Observable<SeatEvent> {
  const { departing$, joined$, seats, stirred$ } = group;
  const stir$ = defer(() => {
    stirred$.next();
    return EMPTY;
  });
  // A claim under way puts a departure off until its answer, which the end of its session has cut short.
  // With this session nothing is held yet, so nothing is released, and nobody can lead by it.
  const putOff$ = defer(() => {
    for (const seat of seats.values()) {
      if (seat.departure !== undefined && seat.phase === 'standing by') departing$.next(seat);
    }
    return EMPTY;
  });
  const joined = { sessionId, before: undefined, isNew: true };
  const joins$ = joined$.pipe(
    tap((seat) => enrol(seat, sessionId)),
    concatMap((seat) => concat(from(newsFor(group, seat, joined)), stir$)),
  );
  return defer(() => {
    for (const seat of seats.values()) enrol(seat, sessionId);
    const balanced = group.balance !== undefined;
    const contending$ = merge(
      ...(balanced ? [keepAnnounced(group, sessionId), evenOut(group, sessionId)] : []),
      observeAll(group, sessionId),
      joins$,
      findings(group),
      claimAll(group),
      keepEntries(group),
      proveAll(group, sessionId),
      putOff$,
    );
    // Announced first, so that processes which start together know of each other.
    return balanced ? concat(announce(group, sessionId), contending$) : contending$;
  });
}

/** What a transaction found out about the lock that its fence names. */
function findings({ found$, stirred$ }: Group): Observable<SeatEvent> {
  return found$.pipe(
    filter(({ seat }) => seat.phase === 'leading'),
    tap(({ seat, event }) => {
      if (event.type === 'Confirmed' && seat.claim) seat.claim.lockIndex = event.modifyIndex;
      if (event.type !== 'Lost') return;
      standBy(seat);
      stirred$.next();
    }),
  );
}
