import {
  concat,
  defer,
  EMPTY,
  of,
  repeat,
  startWith,
  switchMap,
  timer,
  type Observable,
} from 'rxjs';
import { withinShare } from './balance.js';
import { claimTogether } from './claimTogether.js';
import { dueCandidacies, inTheirTurn, nextDueMs } from './dueCandidacies.js';
import { recheck, type Group } from './group.js';
import { inBatches, locksAtOnce } from './inBatches.js';
import type { Candidacy, CandidacyEvent } from './candidacy.js';

/** How many transactions that take locks are under way at once, each on a connection. */
const claimsAtOnce = 2;

/**
 * Claims every key that is free, several in a transaction, as soon as it may be claimed. Lock-delays
 * and other waits are waited out by one timer, set for the first that ends.
 */
export function claimAll(group: Group): Observable<CandidacyEvent> {
  const { consul, recheck$, value } = group;
  const due$ = defer(() =>
    of(claimed(inTheirTurn(group, withinShare(group, dueCandidacies(group))))),
  ).pipe(
    repeat({
      delay: () => {
        const restMs = nextDueMs(group);
        return restMs === undefined ? EMPTY : timer(restMs, consul.time.scheduler);
      },
    }),
  );
  return recheck$.pipe(
    startWith(undefined),
    switchMap(() => due$),
    inBatches(locksAtOnce(value), claimsAtOnce, (part: readonly Candidacy[]) =>
      concat(claimTogether(group, part), recheck(group)),
    ),
  );
}

/** Nothing else claims them meanwhile. */
function claimed(due: readonly Candidacy[]): readonly Candidacy[] {
  for (const candidacy of due) {
    candidacy.phase = 'claiming';
    candidacy.claimDelay = undefined;
    candidacy.deferredSince = undefined;
  }
  return due;
}
