import { concatMap, defer, EMPTY, from, map, mergeMap, throttleTime, type Observable } from 'rxjs';
import { isWrittenOver, restoreEntry, restoreIntervalMs } from '../leadership/keepEntry.js';
import { leadingSeats, type Group } from './group.js';
import type { Seat, SeatEvent } from './seat.js';

/** How many entries are restored at once, each on a connection. */
const restoresAtOnce = 2;

/** Restores the entries of held locks that somebody writes over; see `keepEntry`. */
export function keepEntries(group: Group): Observable<SeatEvent> {
  const { consul, stirred$ } = group;
  return stirred$.pipe(
    throttleTime(restoreIntervalMs, consul.time.scheduler, { leading: true, trailing: true }),
    concatMap(() => from(leadingSeats(group))),
    mergeMap((seat) => restored(group, seat), restoresAtOnce),
  );
}

const restored = (group: Group, seat: Seat): Observable<SeatEvent> =>
  defer(() => {
    const { contender, claim } = seat;
    const entry = group.seen?.entryOf.get(contender.key);
    const isSeenSince = (group.seen?.sighting.index ?? 0) >= (claim?.lockIndex ?? Infinity);
    if (!claim || !isSeenSince || !isWrittenOver(contender, claim, entry)) return EMPTY;
    return restoreEntry(contender, claim, entry).pipe(
      map((event) => {
        if (event.type === 'Confirmed' && seat.claim === claim) claim.lockIndex = event.modifyIndex;
        return { seat, event };
      }),
    );
  });
