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
import type { Candidacy, CandidacyEvent } from './candidacy.js';

/**
 * Adds `Expired` at the end of each key's lease that no new evidence has extended. One timer serves all
 * keys, whatever requests are under way: set for the lease that ends first, and set anew when it has
 * run out or when a lease begins that ends even earlier. A lease that was extended moves no timer.
 *
 * What an event means must have been noted by the time that downstream returns from it.
 */
export function expireLeases(group: Group): MonoTypeOperatorFunction<CandidacyEvent> {
  return (source) =>
    defer(() => {
      const expiry = expiryTimer(group);
      return source.pipe(
        connect((event$) =>
          event$.pipe(
            alongside(
              event$.pipe(
                filter((event) => expiry.isEarlier(event)),
                switchMap(() => expiry.fires$.pipe(expand(() => expiry.fires$))),
                mergeMap((events) => from(events)),
              ),
            ),
          ),
        ),
      );
    });
}

function expiryTimer({ consul, candidacies, timing }: Group) {
  const { now, scheduler } = consul.time;
  let set: { readonly at: Instant; readonly forMs: number } | undefined;

  const restOf = ({ election }: Candidacy, at: Instant): number =>
    election.kind === 'Holding' && !election.expired
      ? remainingMs(timing, election.confirmedAt, at)
      : Infinity;

  return {
    /** Whether a lease begins that ends before the alarm rings. */
    isEarlier: ({ event }: CandidacyEvent): boolean => {
      if (event.type !== 'Acquired' && event.type !== 'Confirmed') return false;
      const at = now();
      const untilMs = set === undefined ? Infinity : set.forMs - elapsedMs(set.at, at);
      return remainingMs(timing, event.sentAt, at) < untilMs;
    },
    /** Emits once, at the end of the first lease: which ones have ended. Completes when there is none. */
    fires$: defer((): Observable<readonly CandidacyEvent[]> => {
      const at = now();
      const forMs = Math.max(
        0,
        [...candidacies.values()].reduce(
          (least, candidacy) => Math.min(least, restOf(candidacy, at)),
          Infinity,
        ),
      );
      set = forMs === Infinity ? undefined : { at, forMs };
      return set === undefined ? EMPTY : timer(forMs, scheduler).pipe(map(() => overdue()));
    }),
  };

  function overdue(): readonly CandidacyEvent[] {
    const at = now();
    return [...candidacies.values()]
      .filter((candidacy) => restOf(candidacy, at) <= 0)
      .map((candidacy) => ({ candidacy, event: { type: 'Expired', at } }));
  }
}
