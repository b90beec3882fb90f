import { concat, defer, EMPTY, finalize, of } from 'rxjs';
import type { Race } from './campaign.js';
import { contend, type Interventions } from './contend.js';
import { cutOff, type Contender } from './contender.js';
import type { ElectionEvent } from './electionEvent.js';
import { newClaim } from './lockClaim.js';
import { drainAndRelease } from './drainAndRelease.js';

/** The race for one key. */
export function raceForKey(
  contender: Contender,
  interventions: Interventions,
): Race<ElectionEvent> {
  let latestId = '';
  return {
    enter: ({ id }) => {
      const own = newClaim(contender, id);
      latestId = id;
      return {
        event$: contend(own, interventions),
        drainAndRelease: () =>
          defer(() => (own.mayHold ? drainAndRelease(own) : EMPTY)).pipe(
            // When Consul ends the session meanwhile, its lock is lost.
            finalize(() => contender.holds.cut(id)),
          ),
      };
    },
    told: (event) =>
      event.type === 'Lost' ? concat(of(event), cutOff(contender, latestId)) : of(event),
  };
}
