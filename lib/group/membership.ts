import type { Contender } from '../leadership/contender.js';
import type { Group } from './group.js';
import { newSeat, type Departure, type Seat } from './seat.js';

/** Takes a key into the group, also one that is just being given back: then it stays. */
export function join({ joined$, seats }: Group, contender: Contender): Seat {
  const known = seats.get(contender.key);
  if (known !== undefined) {
    known.departure = undefined;
    return known;
  }
  const seat = newSeat(contender);
  seats.set(contender.key, seat);
  joined$.next(seat);
  return seat;
}

/** Gives a key back. A claim that is under way is finished first, and what it took is given back, too. */
export function depart({ departing$, seats }: Group, seat: Seat, departure: Departure): void {
  if (seats.get(seat.contender.key) !== seat) return;
  seat.departure = departure;
  if (seat.phase === 'standing by' || seat.phase === 'leading') departing$.next(seat);
}
