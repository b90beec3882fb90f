import { concat, defer, from, mergeMap, type Observable } from 'rxjs';
import type { KeyEntry } from '../consul/http/answers.js';
import { failedEvent } from '../leadership/contender.js';
import { isHeldByAnother } from '../leadership/holder.js';
import { keyInUse } from '../leadership/keyInUse.js';
import { showsLoss } from '../leadership/lockClaim.js';
import { recordObservation, observedEvent } from '../leadership/observe.js';
import { isOurLock } from '../leadership/ourLock.js';
import { retryWatch } from '../leadership/retries.js';
import type { RetriedFailure } from '../retry/retryWithBackoff.js';
import type { Observation } from '../watch/watchKey.js';
import { watchPrefix, type PrefixObservation } from '../watch/watchPrefix.js';
import { recheck, type Group, type Listing } from './group.js';
import { releaseUnwanted } from './membership.js';
import { endTurn, loseLock, type Candidacy, type CandidacyEvent } from './candidacy.js';

/** Watches the prefix whatever fails, and tells each key what it is to know. */
export function observeAll(group: Group, sessionId: string): Observable<CandidacyEvent> {
  const { consul, prefix, retry, candidacies, timing } = group;
  const toAll = (
    eventOf: (candidacy: Candidacy) => readonly CandidacyEvent[],
  ): Observable<CandidacyEvent> => from([...candidacies.values()].flatMap(eventOf));

  return defer(() => {
    let isInterrupted = false;
    const told = (observation: PrefixObservation): Observable<CandidacyEvent> => {
      const before = group.seen;
      const isNew = isInterrupted || before?.sessionId !== sessionId;
      isInterrupted = false;
      group.seen = listingOf(observation, sessionId);
      return concat(
        toAll((candidacy) => eventsFor(group, candidacy, { sessionId, before, isNew })),
        defer(() => {
          releaseUnwanted(group, sessionId);
          return recheck(group);
        }),
      );
    };
    const interrupted = (failure: RetriedFailure): Observable<CandidacyEvent> => {
      isInterrupted = true;
      return toAll((candidacy) => [{ candidacy, event: failedEvent(group, 'watch', failure) }]);
    };
    return watchPrefix(consul, prefix, { waitMs: timing.watchWaitMs }).pipe(
      retryWatch(retry),
      mergeMap((seen) => ('attempt' in seen ? interrupted(seen) : told(seen))),
    );
  });
}

const listingOf = (observation: PrefixObservation, sessionId: string): Listing => ({
  sessionId,
  observation,
  entryOf: new Map(observation.entries.map((entry) => [entry.key, entry])),
});

/** What the latest observation follows. */
interface Before {
  readonly sessionId: string;
  /** The observation before it, if any. */
  readonly before: Listing | undefined;
  /** Whether it is to be told even where nothing has changed. */
  readonly isNew: boolean;
}

/** What the latest observation says that a key does not know yet: nothing, for most keys most of the time. */
export function eventsFor(
  group: Group,
  candidacy: Candidacy,
  { sessionId, before, isNew }: Before,
): readonly CandidacyEvent[] {
  const { seen } = group;
  if (seen?.sessionId !== sessionId) return [];
  const { key } = candidacy.contender;
  const { observation } = seen;
  const entry = seen.entryOf.get(key);
  const old = before?.entryOf.get(key);
  const freeLock = recordObservation(candidacy.contender, {
    entry,
    receivedAt: observation.receivedAt,
  });
  noteHolder(candidacy, entry);
  const { claim, phase } = candidacy;
  const lost =
    phase === 'leading' &&
    claim !== undefined &&
    showsLoss(claim, { entry, index: observation.index });
  const losses = lost ? [loseLock(candidacy, observation.receivedAt)] : [];
  const isNews = lost || isNew || !isSame(entry, old);
  if (!isNews || candidacy.phase === 'leading') return losses;
  const event =
    entry && !isOurLock(candidacy.contender, entry)
      ? keyInUse(candidacy.contender, entry)
      : observedEvent(observationOf(observation, entry), freeLock, sessionId);
  return [...losses, { candidacy, event }];
}

/** What a listing shows of one key. */
const observationOf = (
  { index, sentAt, receivedAt, isPolled }: PrefixObservation,
  entry: KeyEntry | undefined,
): Observation => ({ entry, index, sentAt, receivedAt, isPolled });

function noteHolder(candidacy: Candidacy, entry: KeyEntry | undefined): void {
  // Whoever was to go first has gone.
  if (!isHeldByAnother(entry, candidacy.claim?.sessionId ?? '')) return;
  candidacy.claimDelay = undefined;
  candidacy.deferredSince = undefined;
  endTurn(candidacy, { isBeaten: true, isRefused: false, sentAt: undefined });
}

const isSame = (one: KeyEntry | undefined, other: KeyEntry | undefined): boolean =>
  one?.modifyIndex === other?.modifyIndex && one?.sessionId === other?.sessionId;
