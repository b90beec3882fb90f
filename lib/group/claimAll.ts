import {
  concat,
  defer,
  EMPTY,
  of,
  repeat,
  startWith,
  switchMap,
  timer,
  type Observable,
} from 'rxjs';
import { withinShare } from './balance.js';
import { claimTogether } from './claimTogether.js';
import { dueSeats, inTheirTurn, nextDueMs } from './dueSeats.js';
import type { Group } from './group.js';
import { inTurn } from './inTurn.js';
import { locksAtOnce } from './locksAtOnce.js';
import type { Seat, SeatEvent } from './seat.js';

/** How many transactions that take locks are under way at once, each on a connection. */
const claimsAtOnce = 2;

/**
 * Claims every key that is free, several in a transaction, as soon as it may be claimed. Lock-delays
 * and other waits are waited out by one timer, set for the first that ends.
 */
export function claimAll(group: Group): Observable<SeatEvent> {
  const { consul, stirred$, value } = group;
  const due$ = defer(() =>
    of(claimed(inTheirTurn(group, withinShare(group, dueSeats(group))))),
  ).pipe(
    repeat({
      delay: () => {
        const restMs = nextDueMs(group);
        return restMs === undefined ? EMPTY : timer(restMs, consul.time.scheduler);
      },
    }),
  );
  const stir$ = defer(() => {
    stirred$.next();
    return EMPTY;
  });
  return stirred$.pipe(
    startWith(undefined),
    switchMap(() => due$),
    inTurn(locksAtOnce(value), claimsAtOnce, (part: readonly Seat[]) =>
      concat(claimTogether(group, part), stir$),
    ),
  );
}

/** Nothing else claims them meanwhile. */
function claimed(due: readonly Seat[]): readonly Seat[] {
  for (const seat of due) {
    seat.phase = 'claiming';
    seat.heldOff = undefined;
    seat.yieldedSince = undefined;
  }
  return due;
}
