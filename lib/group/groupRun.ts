import {
  concatMap,
  finalize,
  from,
  ignoreElements,
  map,
  share,
  Subject,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { candidacy, type Exit } from '../leadership/candidacy.js';
import { transition, type ElectionState } from '../leadership/transition.js';
import { alongside } from '../session/alongside.js';
import { departures } from './departures.js';
import { groupOf, type Group, type GroupTerms } from './group.js';
import { lapses } from './lapses.js';
import { raceForGroup } from './raceForGroup.js';
import type { SeatEvent } from './seat.js';

/** A group at work, from its first key to its last. */
export interface GroupRun {
  readonly group: Group;
  /** Leaves all elections. */
  readonly resign: () => void;
  /** Keeps the group at work while subscribed, and tells the keys what happens. */
  readonly work$: Observable<never>;
}

/**
 * Makes a group without keys.
 *
 * @param ended - called when it works no more, before any subscriber hears of it
 */
export function groupRun(terms: GroupTerms, track: Exit['track'], ended: () => void): GroupRun {
  const group = groupOf(terms);
  const resign$ = new Subject<void>();
  const end = (): void => {
    ended();
    group.concluded$.complete();
  };
  const work$ = candidacy(terms, { resign$, track }, raceForGroup(group)).pipe(
    alongside(departures(group)),
    lapses(group),
    told(group),
    tap({
      error: end,
      complete: () => {
        end();
        for (const { state$ } of group.seats.values()) state$.complete();
      },
    }),
    finalize(end),
    share(),
  );
  return { group, work$, resign: () => resign$.next() };
}

/**
 * Notes what each event means to its key, and tells the key's subscribers. What they do in answer is
 * noted at once and told after it, so that nobody hears of things in another order than they happened.
 */
function told({ timing }: Group): OperatorFunction<SeatEvent, never> {
  return (event$) =>
    event$.pipe(
      map(({ seat, event }) => {
        const states = transition(timing, seat.election, event);
        seat.election = states[states.length - 1] ?? seat.election;
        return { seat, states, lostBy: event.type === 'Lost' ? seat.claim?.sessionId : undefined };
      }),
      concatMap(({ seat, states, lostBy }) =>
        from<readonly ElectionState[]>(states).pipe(
          tap({
            next: (state) => seat.state$.next(state),
            // Another process may hold the lock already, so what still needs it gets no time to end.
            complete: () => {
              if (lostBy !== undefined) seat.contender.holds.cut(lostBy);
            },
          }),
        ),
      ),
      ignoreElements(),
    );
}
