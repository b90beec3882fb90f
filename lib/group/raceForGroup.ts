import {
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  of,
  type Observable,
} from 'rxjs';
import type { Race } from '../leadership/candidacy.js';
import { failedEvent } from '../leadership/contender.js';
import type { ElectionEvent } from '../leadership/electionEvent.js';
import { drained } from '../leadership/vacate.js';
import { isSessionLost } from '../session/isSessionLost.js';
import { withdrawn } from './announcement.js';
import { contest } from './contest.js';
import type { Group } from './group.js';
import { inTurn } from './inTurn.js';
import { mostReleases, releaseTogether } from './releaseTogether.js';
import type { SeatEvent, Stake } from './seat.js';

/** Transactions that give locks back at once, and tries of each: the session ends after them anyway. */
const releasesAtOnce = 4;
const releaseAttempts = 3;

/** The race for all keys of a group. */
export function raceForGroup(group: Group): Race<SeatEvent> {
  const { consul, seats } = group;
  const toAll = (event: ElectionEvent): Observable<SeatEvent> =>
    from([...seats.values()].map((seat) => ({ seat, event })));

  return {
    enter: ({ id }) => {
      let held: readonly Stake[] | undefined;
      return {
        event$: contest(group, id).pipe(
          // Before another session takes the place of this one.
          finalize(() => {
            held = heldBy(group, id);
          }),
        ),
        vacate: () =>
          merge(
            defer(() => vacateAll(group, held ?? heldBy(group, id))),
            group.balance ? withdrawn(group, id) : EMPTY,
          ),
      };
    },
    ceded$: defer(() => toAll({ type: 'Ceded', at: consul.time.now() })),
    // A session that Consul has ended is no trouble by itself: all locks are lost, and the next follows.
    failed: (failure) =>
      toAll(
        isSessionLost(failure.error)
          ? { type: 'Lost', at: consul.time.now() }
          : failedEvent(group, 'session', failure),
      ),
  };
}

const heldBy = ({ seats }: Group, sessionId: string): readonly Stake[] =>
  [...seats.values()].flatMap(({ stake }) =>
    stake?.sessionId === sessionId && stake.mayHold ? [stake] : [],
  );

/** Gives everything back that the session may hold, each lock once its own work has ended. */
function vacateAll(group: Group, stakes: readonly Stake[]): Observable<never> {
  const release = (part: readonly Stake[]) =>
    releaseTogether(group, part, releaseAttempts).pipe(
      // The others are given back all the same, and the end of the session frees what is left.
      catchError(() => EMPTY),
    );
  return from(stakes).pipe(
    mergeMap((stake) => concat(drained(stake.seat.contender, stake), of(stake))),
    map((stake) => [stake]),
    inTurn(mostReleases, releasesAtOnce, release),
    ignoreElements(),
    // When Consul ends the session meanwhile, its locks are lost.
    finalize(() => {
      for (const { seat, sessionId } of stakes) seat.contender.holds.cut(sessionId);
    }),
  );
}
