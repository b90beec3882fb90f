import { defer, EMPTY, finalize, from, ignoreElements, merge, type Observable } from 'rxjs';
import type { Race } from '../leadership/candidacy.js';
import type { Claim } from '../leadership/lockClaim.js';
import { lastReleaseAttempts } from '../leadership/release.js';
import { withdrawn } from './announcement.js';
import { contest } from './contest.js';
import type { Group } from './group.js';
import { releasedInTurn } from './releasedInTurn.js';
import type { SeatEvent } from './seat.js';

/** How many transactions that give locks back are under way at once. */
const releasesAtOnce = 4;

/** The race for all keys of a group. */
export function raceForGroup(group: Group): Race<SeatEvent> {
  return {
    enter: ({ id }) => {
      let held: readonly Claim[] | undefined;
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
    told: (event) => from([...group.seats.values()].map((seat) => ({ seat, event }))),
  };
}

const heldBy = ({ seats }: Group, sessionId: string): readonly Claim[] =>
  [...seats.values()].flatMap(({ claim }) =>
    claim?.sessionId === sessionId && claim.mayHold ? [claim] : [],
  );

/** Gives everything back that the session may hold, each lock once its own work has ended. */
const vacateAll = (group: Group, claims: readonly Claim[]): Observable<never> =>
  from(claims).pipe(
    releasedInTurn(group, releasesAtOnce, lastReleaseAttempts),
    ignoreElements(),
    // When Consul ends the session meanwhile, its locks are lost.
    finalize(() => {
      for (const { contender, sessionId } of claims) contender.holds.cut(sessionId);
    }),
  );
