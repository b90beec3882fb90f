import { concat, defer, EMPTY, from, mergeMap, type Observable } from 'rxjs';
import type { KeyEntry } from '../consul/http/answers.js';
import { failedEvent } from '../leadership/contender.js';
import { isHeldByAnother } from '../leadership/holder.js';
import { keyInUse } from '../leadership/keyInUse.js';
import { showsLoss } from '../leadership/lockClaim.js';
import { noteSight, sightedEvent } from '../leadership/observe.js';
import { isOurLock } from '../leadership/ourLock.js';
import { retryWatch } from '../leadership/retries.js';
import type { RetriedFailure } from '../retry/retryWithBackoff.js';
import type { Sighting } from '../watch/watchKey.js';
import { watchPrefix, type PrefixSighting } from '../watch/watchPrefix.js';
import type { Group, Listing } from './group.js';
import { leaveStrays } from './membership.js';
import { endTurn, standBy, type Seat, type SeatEvent } from './seat.js';

/** Watches the prefix whatever fails, and tells each key what it is to know. */
export function observeAll(group: Group, sessionId: string): Observable<SeatEvent> {
  const { consul, prefix, retry, seats, timing } = group;
  const toAll = (eventOf: (seat: Seat) => readonly SeatEvent[]): Observable<SeatEvent> =>
    from([...seats.values()].flatMap(eventOf));

  return defer(() => {
    let isInterrupted = false;
    const told = (sighting: PrefixSighting): Observable<SeatEvent> => {
      const before = group.seen;
      const isNew = isInterrupted || before?.sessionId !== sessionId;
      isInterrupted = false;
      group.seen = listingOf(sighting, sessionId);
      return concat(
        toAll((seat) => newsFor(group, seat, { sessionId, before, isNew })),
        defer(() => {
          leaveStrays(group, sessionId);
          group.stirred$.next();
          return EMPTY;
        }),
      );
    };
    const interrupted = (failure: RetriedFailure): Observable<SeatEvent> => {
      isInterrupted = true;
      return toAll((seat) => [{ seat, event: failedEvent(group, 'watch', failure) }]);
    };
    return watchPrefix(consul, prefix, { waitMs: timing.watchWaitMs }).pipe(
      retryWatch(retry),
      mergeMap((seen) => ('attempt' in seen ? interrupted(seen) : told(seen))),
    );
  });
}

const listingOf = (sighting: PrefixSighting, sessionId: string): Listing => ({
  sessionId,
  sighting,
  entryOf: new Map(sighting.entries.map((entry) => [entry.key, entry])),
});

/** What the latest sighting follows. */
interface Before {
  readonly sessionId: string;
  /** The sighting before it, if any. */
  readonly before: Listing | undefined;
  /** Whether it is to be told even where nothing has changed. */
  readonly isNew: boolean;
}

/** What the latest sighting says that a key does not know yet: nothing, for most keys most of the time. */
export function newsFor(
  group: Group,
  seat: Seat,
  { sessionId, before, isNew }: Before,
): readonly SeatEvent[] {
  const { seen } = group;
  if (seen?.sessionId !== sessionId) return [];
  const { key } = seat.contender;
  const { sighting } = seen;
  const entry = seen.entryOf.get(key);
  const old = before?.entryOf.get(key);
  const vacancy = noteSight(seat.contender, { entry, receivedAt: sighting.receivedAt });
  noteHolder(seat, entry);
  const { claim, phase } = seat;
  const lost =
    phase === 'leading' &&
    claim !== undefined &&
    showsLoss(claim, { entry, index: sighting.index });
  if (lost) standBy(seat);
  const isNews = lost || isNew || !isSame(entry, old);
  const losses: readonly SeatEvent[] = lost
    ? [{ seat, event: { type: 'Lost', at: sighting.receivedAt } }]
    : [];
  if (!isNews || seat.phase === 'leading') return losses;
  const event =
    entry && !isOurLock(seat.contender, entry)
      ? keyInUse(seat.contender, entry)
      : sightedEvent(sightingOf(sighting, entry), vacancy, sessionId);
  return [...losses, { seat, event }];
}

/** What a listing shows of one key. */
const sightingOf = (
  { index, sentAt, receivedAt, isPolled }: PrefixSighting,
  entry: KeyEntry | undefined,
): Sighting => ({ entry, index, sentAt, receivedAt, isPolled });

function noteHolder(seat: Seat, entry: KeyEntry | undefined): void {
  // Whoever was to go first has gone.
  if (!isHeldByAnother(entry, seat.claim?.sessionId ?? '')) return;
  seat.heldOff = undefined;
  seat.yieldedSince = undefined;
  endTurn(seat, { isBeaten: true, isRefused: false, sentAt: undefined });
}

const isSame = (one: KeyEntry | undefined, other: KeyEntry | undefined): boolean =>
  one?.modifyIndex === other?.modifyIndex && one?.sessionId === other?.sessionId;
