import { concat, concatMap, defer, EMPTY, from, map, type Observable } from 'rxjs';
import { failedEvent } from '../leadership/contender.js';
import { provenAtIntervals } from '../leadership/retries.js';
import { readHeldKeys } from '../lock/readHeldKeys.js';
import { readSessionEvidence } from '../session/readSessionEvidence.js';
import { leadingSeats, type Group } from './group.js';
import { standBy, type Seat, type SeatEvent } from './seat.js';

/**
 * Proves anew at an interval that the locks are held, all of them by one read.
 *
 * A `?consistent` read that names the session shows that it existed at some moment not before the read
 * was sent. Only its end or this process's own release takes a lock from it, so each lock that it was
 * given and has not been asked back was held then, too, or was given to it later than that. Hence two
 * processes cannot lead at once, by the same reckoning as for a single key. What no time covers, a key
 * that is deleted or released by hand, is not seen by such a read; the watch notices it.
 *
 * A lease that lapsed is not regained by the session alone: the outage may have hidden from the watch
 * what became of its key. So the keys are read as well then, all of them at once.
 */
export function proveAll(group: Group, sessionId: string): Observable<SeatEvent> {
  const proof$ = defer((): Observable<readonly SeatEvent[]> => {
    if (leadingSeats(group).length === 0) return EMPTY;
    const lapsed$ = defer(() =>
      leadingSeats(group).some(hasLapsed) ? byKeys(group, sessionId) : EMPTY,
    );
    return concat(bySession(group, sessionId), lapsed$);
  }).pipe(concatMap((events) => from(events)));
  return provenAtIntervals(group, proof$, (failure) =>
    from(leadingSeats(group).map((seat) => ({ seat, event: failedEvent(group, 'lock', failure) }))),
  );
}

const hasLapsed = ({ election }: Seat): boolean => election.kind === 'Holding' && election.lapsed;

function bySession(group: Group, sessionId: string): Observable<readonly SeatEvent[]> {
  const { consul } = group;
  return readSessionEvidence(consul, sessionId).pipe(
    map(({ sentAt }) => {
      const at = consul.time.now();
      return leadingSeats(group).flatMap((seat): readonly SeatEvent[] => {
        const modifyIndex = seat.claim?.lockIndex;
        if (modifyIndex === undefined || hasLapsed(seat)) return [];
        return [{ seat, event: { type: 'Confirmed', at, sessionId, modifyIndex, sentAt } }];
      });
    }),
  );
}

function byKeys(group: Group, sessionId: string): Observable<readonly SeatEvent[]> {
  const { consul, prefix, stirred$ } = group;
  const asked = new Set(leadingSeats(group));
  return readHeldKeys(consul, prefix, sessionId).pipe(
    map(({ modifyIndexOf, sentAt }) => {
      const at = consul.time.now();
      // A key that began to lead while the answer was on its way may be missing in it.
      const seats = leadingSeats(group).filter((seat) => asked.has(seat));
      return seats.map((seat): SeatEvent => {
        const modifyIndex = modifyIndexOf.get(seat.contender.key);
        if (modifyIndex === undefined || !seat.claim) {
          standBy(seat);
          stirred$.next();
          return { seat, event: { type: 'Lost', at } };
        }
        seat.claim.lockIndex = modifyIndex;
        return { seat, event: { type: 'Confirmed', at, sessionId, modifyIndex, sentAt } };
      });
    }),
  );
}
