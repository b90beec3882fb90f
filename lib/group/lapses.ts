import {
  connect,
  defer,
  EMPTY,
  expand,
  filter,
  from,
  map,
  mergeMap,
  switchMap,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { remainingMs } from '../leadership/lease.js';
import { alongside } from '../session/alongside.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import type { Group } from './group.js';
import type { Seat, SeatEvent } from './seat.js';

/**
 * Adds `Lapsed` at the end of each key's lease that no new evidence has extended. One timer serves all
 * keys, whatever requests are under way: set for the lease that ends first, and set anew when it has
 * run out or when a lease begins that ends even earlier. A lease that was extended moves no timer.
 *
 * What an event means must have been noted by the time that downstream returns from it.
 */
export function lapses(group: Group): MonoTypeOperatorFunction<SeatEvent> {
  return (source) =>
    defer(() => {
      const alarm = alarmOf(group);
      return source.pipe(
        connect((event$) =>
          event$.pipe(
            alongside(
              event$.pipe(
                filter((event) => alarm.isLate(event)),
                switchMap(() => alarm.ring$.pipe(expand(() => alarm.ring$))),
                mergeMap((events) => from(events)),
              ),
            ),
          ),
        ),
      );
    });
}

function alarmOf({ consul, seats, timing }: Group) {
  const { now, scheduler } = consul.time;
  let set: { readonly at: Instant; readonly forMs: number } | undefined;

  const restOf = ({ election }: Seat, at: Instant): number =>
    election.kind === 'Holding' && !election.lapsed
      ? remainingMs(timing, election.provenAt, at)
      : Infinity;

  return {
    /** Whether a lease begins that ends before the alarm rings. */
    isLate: ({ event }: SeatEvent): boolean => {
      if (event.type !== 'Acquired' && event.type !== 'Confirmed') return false;
      const at = now();
      const untilMs = set === undefined ? Infinity : set.forMs - elapsedMs(set.at, at);
      return remainingMs(timing, event.sentAt, at) < untilMs;
    },
    /** Emits once, at the end of the first lease: which ones have ended. Completes when there is none. */
    ring$: defer((): Observable<readonly SeatEvent[]> => {
      const at = now();
      const forMs = Math.max(
        0,
        [...seats.values()].reduce((least, seat) => Math.min(least, restOf(seat, at)), Infinity),
      );
      set = forMs === Infinity ? undefined : { at, forMs };
      return set === undefined ? EMPTY : timer(forMs, scheduler).pipe(map(() => overdue()));
    }),
  };

  function overdue(): readonly SeatEvent[] {
    const at = now();
    return [...seats.values()]
      .filter((seat) => restOf(seat, at) <= 0)
      .map((seat) => ({ seat, event: { type: 'Lapsed', at } }));
  }
}
