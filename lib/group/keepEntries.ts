import { concatMap, defer, EMPTY, from, map, mergeMap, throttleTime, type Observable } from 'rxjs';
import { isWrittenOver, restoreEntry, restoreIntervalMs } from '../leadership/keepEntry.js';
import { leadingCandidacies, type Group } from './group.js';
import type { Candidacy, CandidacyEvent } from './candidacy.js';

/** How many entries are restored at once, each on a connection. */
const restoresAtOnce = 2;

/** Restores the entries of held locks that somebody writes over; see `keepEntry`. */
export function keepEntries(group: Group): Observable<CandidacyEvent> {
  const { consul, recheck$ } = group;
  return recheck$.pipe(
    throttleTime(restoreIntervalMs, consul.time.scheduler, { leading: true, trailing: true }),
    concatMap(() => from(leadingCandidacies(group))),
    mergeMap((candidacy) => restored(group, candidacy), restoresAtOnce),
  );
}

const restored = (group: Group, candidacy: Candidacy): Observable<CandidacyEvent> =>
  defer(() => {
    const { contender, claim } = candidacy;
    const entry = group.seen?.entryOf.get(contender.key);
    const isSeenSince = (group.seen?.observation.index ?? 0) >= (claim?.lockIndex ?? Infinity);
    if (!claim || !isSeenSince || !isWrittenOver(contender, claim, entry)) return EMPTY;
    return restoreEntry(contender, claim, entry).pipe(map((event) => ({ candidacy, event })));
  });
