import { defer, EMPTY, finalize, from, ignoreElements, merge, type Observable } from 'rxjs';
import type { Race } from '../leadership/campaign.js';
import type { Claim } from '../leadership/lockClaim.js';
import { lastReleaseAttempts } from '../leadership/release.js';
import { deregister } from './registration.js';
import { contest } from './contest.js';
import { releaseInBatches } from './releases.js';
import type { Group } from './group.js';
import type { CandidacyEvent } from './candidacy.js';

/** How many transactions that give locks back are under way at once. */
const releasesAtOnce = 4;

/** The race for all keys of a group. */
export function raceForGroup(group: Group): Race<CandidacyEvent> {
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
        drainAndRelease: () =>
          merge(
            defer(() => drainAndReleaseAll(group, held ?? heldBy(group, id))),
            group.balance ? deregister(group, id) : EMPTY,
          ),
      };
    },
    told: (event) =>
      from([...group.candidacies.values()].map((candidacy) => ({ candidacy, event }))),
  };
}

const heldBy = ({ candidacies }: Group, sessionId: string): readonly Claim[] =>
  [...candidacies.values()].flatMap(({ claim }) =>
    claim?.sessionId === sessionId && claim.mayHold ? [claim] : [],
  );

/** Gives everything back that the session may hold, each lock once its own work has ended. */
const drainAndReleaseAll = (group: Group, claims: readonly Claim[]): Observable<never> =>
  from(claims).pipe(
    releaseInBatches(group, releasesAtOnce, lastReleaseAttempts),
    ignoreElements(),
    // When Consul ends the session meanwhile, its locks are lost.
    finalize(() => {
      for (const { contender, sessionId } of claims) contender.holds.cut(sessionId);
    }),
  );
