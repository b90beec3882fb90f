import {
  concatMap,
  connect,
  delay,
  EMPTY,
  filter,
  from,
  ignoreElements,
  merge,
  mergeMap,
  of,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { standAsideMs } from '../leadership/contend.js';
import type { Group } from './group.js';
import { releasedInTurn } from './releasedInTurn.js';
import { standBy, type Seat, type SeatEvent } from './seat.js';

/** How many transactions that give locks back are under way at once. */
const releasesAtOnce = 2;

/**
 * Gives up single keys of the group: their work is stopped and has ended, their locks are released, and
 * nothing happens to the other keys.
 *
 * A release that fails is tried again for as long as it takes, since the session goes on.
 */
export function departures(group: Group): Observable<SeatEvent> {
  const { departing$, consul } = group;
  const { scheduler } = consul.time;
  // Whoever unsubscribes stops its work in the same moment, but after this is called.
  const departed$ = departing$.pipe(
    mergeMap((seat) => (seat.departure === 'left' ? of(seat).pipe(delay(0, scheduler)) : of(seat))),
    filter(({ departure, phase }) => departure !== undefined && phase !== 'vacating'),
  );
  return departed$.pipe(
    connect((seat$) =>
      merge(
        seat$.pipe(concatMap((seat) => from(cession(group, seat)))),
        merge(
          seat$.pipe(filter((seat) => !mayHold(seat))),
          seat$.pipe(filter(mayHold), released(group)),
        ).pipe(
          tap((seat) => conclude(group, seat)),
          ignoreElements(),
        ),
      ),
    ),
  );
}

const mayHold = ({ claim }: Seat): boolean => claim?.mayHold === true;

/** What is told before anything is given back: from now on the key does not lead. */
function cession({ consul }: Group, seat: Seat): readonly SeatEvent[] {
  const isNews = seat.phase === 'leading' || seat.departure === 'resigned';
  seat.phase = 'vacating';
  return isNews ? [{ seat, event: { type: 'Ceded', at: consul.time.now() } }] : [];
}

/** Emits each key once its work has ended and its lock is free. */
const released =
  (group: Group): OperatorFunction<Seat, Seat> =>
  (seat$) =>
    seat$.pipe(
      concatMap(({ claim }) => (claim ? of(claim) : EMPTY)),
      releasedInTurn(group, releasesAtOnce, Infinity),
      concatMap(({ contender }) => {
        const seat = group.seats.get(contender.key);
        return seat ? of(seat) : EMPTY;
      }),
    );

/** What becomes of a key whose lock is given back. It may have been joined again meanwhile. */
function conclude({ consul, concluded$, seats, stirred$ }: Group, seat: Seat): void {
  const { departure } = seat;
  standBy(seat);
  seat.departure = undefined;
  if (departure === 'left' || departure === 'resigned') {
    seats.delete(seat.contender.key);
    seat.state$.complete();
  } else {
    if (departure === 'stepped down') {
      seat.heldOff = { since: consul.time.now(), forMs: standAsideMs };
    }
    stirred$.next();
  }
  concluded$.next(seat);
}
