import {
  connect,
  EMPTY,
  filter,
  map,
  merge,
  switchMap,
  timer,
  type MonoTypeOperatorFunction,
} from 'rxjs';
import type { Time } from '../ports/time.js';
import type { ElectionEvent } from './electionEvent.js';
import { remainingMs, type LeaseTiming } from './lease.js';

const movesLease = ({ type }: ElectionEvent): boolean =>
  type === 'Acquired' || type === 'Confirmed' || type === 'Lost' || type === 'SteppedDown';

/**
 * Adds `Expired` at the end of each lease that no new evidence has extended. The timer runs whatever
 * requests are under way, so a Consul that does not answer cannot delay it.
 */
export function leaseTimer(
  timing: LeaseTiming,
  time: Time,
): MonoTypeOperatorFunction<ElectionEvent> {
  return connect((event$) =>
    merge(
      event$,
      event$.pipe(
        filter(movesLease),
        switchMap((event) =>
          event.type === 'Acquired' || event.type === 'Confirmed'
            ? timer(Math.max(0, remainingMs(timing, event.sentAt, time.now())), time.scheduler)
            : EMPTY,
        ),
        map((): ElectionEvent => ({ type: 'Expired', at: time.now() })),
      ),
    ),
  );
}
