import { concatMap, defer, EMPTY, expand, from, map, of, type Observable } from 'rxjs';
import type { RefusalReason } from '../consul/http/answers.js';
import type { LocksAnswer } from '../consul/txn/lockTransaction.js';
import type { ElectionError } from '../errors.js';
import { failedEvent } from '../leadership/contender.js';
import { lockDelayRestMs } from '../leadership/lockDelay.js';
import { retryInSession } from '../leadership/retries.js';
import { looked } from '../leadership/turn.js';
import { noVacancy } from '../leadership/vacancy.js';
import { acquireLocks } from '../lock/acquireLocks.js';
import { backoffDelayMs, defaultBackoff } from '../retry/backoff.js';
import { systemChance } from '../ports/chance.js';
import type { PrefixSighting } from '../watch/watchPrefix.js';
import { isDue } from './dueSeats.js';
import type { Group } from './group.js';
import { endTurn, standBy, type Seat, type SeatEvent } from './seat.js';

/** An attempt to take the locks of some keys, and what Consul says to it. */
interface Attempt {
  readonly seats: readonly Seat[];
  /** By which they were found free. */
  readonly sighting: PrefixSighting | undefined;
  readonly answer: LocksAnswer<RefusalReason>;
}

/**
 * Takes the locks of several keys in one transaction. It is all or nothing, but their elections are
 * independent of each other: the ones that Consul refuses are told why, and the others are tried again
 * at once without them.
 *
 * Each lock is bound to the entry that was seen, so that none is taken which changed hands unseen.
 */
export function claimTogether(group: Group, batch: readonly Seat[]): Observable<SeatEvent> {
  return attempt(group, batch).pipe(
    expand((step) => {
      const rest = 'answer' in step ? unanswered(step) : [];
      return rest.length > 0 ? attempt(group, rest) : EMPTY;
    }),
    concatMap((step) => ('answer' in step ? outcomes(group, step) : of(step))),
  );
}

function attempt(group: Group, batch: readonly Seat[]): Observable<Attempt | SeatEvent> {
  return lookedFirst(group, batch).pipe(
    retryInSession(group.retry, (failure) =>
      from(
        batch
          .filter(({ phase }) => phase === 'claiming')
          .map((seat) => {
            seat.turn?.spoil();
            return { seat, event: failedEvent(group, 'lock', failure) };
          }),
      ),
    ),
  );
}

/**
 * Where many contend, looks at one of the keys first, which costs no raft write. When it has changed, others
 * are about to take them all, and the watch will tell which are left.
 */
function lookedFirst(group: Group, batch: readonly Seat[]): Observable<Attempt> {
  return defer(() => {
    const { seen } = group;
    const [seat] = batch.filter(({ phase }) => phase === 'claiming');
    if (seat?.turn?.isInCrowd() !== true) return sent(group, batch);
    const entry = seen?.entryOf.get(seat.contender.key);
    return looked(seat.contender, entry, seat.turn).pipe(
      concatMap((isFree) => {
        if (isFree) return sent(group, batch);
        for (const each of batch) overtaken(group, each, seen?.sighting);
        return EMPTY;
      }),
    );
  });
}

function sent(group: Group, batch: readonly Seat[]): Observable<Attempt> {
  const { consul, lockFlags: flags, prefix, value } = group;
  const seats = batch.filter((seat) => isStillWanted(group, seat));
  const sessionId = seats[0]?.claim?.sessionId;
  if (sessionId === undefined) return EMPTY;
  const sighting = group.seen?.sighting;
  const locks = seats.map(({ contender: { key }, claim }) => {
    if (claim) claim.mayHold = true;
    const entry = group.seen?.entryOf.get(key);
    return { key, expected: entry ? { modifyIndex: entry.modifyIndex } : ('absent' as const) };
  });
  return acquireLocks(consul, prefix, { sessionId, value, flags, locks }).pipe(
    map((answer) => ({ seats, sighting, answer })),
  );
}

function overtaken(group: Group, seat: Seat, sighting: PrefixSighting | undefined): void {
  if (!isStillWanted(group, seat)) return;
  standBy(seat);
  endTurn(seat, { isBeaten: true, isRefused: false, sentAt: undefined });
  seat.refusedBy = sighting?.receivedAt;
}

/** While a batch waits for its turn or its retry, keys are left and taken by others. */
function isStillWanted(group: Group, seat: Seat): boolean {
  if (seat.phase !== 'claiming') return false;
  if (seat.departure !== undefined) {
    goOnLeaving(group, seat);
    return false;
  }
  if (isDue(group, seat)) return true;
  standBy(seat);
  endTurn(seat);
  return false;
}

/**
 * Leaves a key now that its claim is over, which had put that off. Whoever joins the key again before it is
 * given back claims what the session holds of it like a free one.
 */
function goOnLeaving({ departing$ }: Group, seat: Seat): void {
  seat.phase = 'standing by';
  departing$.next(seat);
}

/** The locks that were refused only because of others. */
const unanswered = ({ seats, answer }: Attempt): readonly Seat[] =>
  answer.kind === 'applied'
    ? []
    : seats.filter(({ contender }) => !answer.refusals.has(contender.key));

function outcomes(group: Group, { seats, sighting, answer }: Attempt): Observable<SeatEvent> {
  // One by one, since whoever hears of one may step down from another.
  return from(seats).pipe(
    concatMap((seat) => {
      const { key } = seat.contender;
      const { sentAt } = answer;
      if (answer.kind === 'applied') {
        endTurn(seat, { isBeaten: false, isRefused: false, sentAt });
        return taken(group, seat, answer.modifyIndexOf.get(key), sentAt);
      }
      const reason = answer.refusals.get(key);
      if (reason === undefined) return EMPTY;
      const isBeaten = reason === 'held' || reason === 'changed';
      endTurn(seat, isBeaten ? { isBeaten, isRefused: true, sentAt } : undefined);
      return refused(group, seat, reason, sighting);
    }),
  );
}

function taken(
  group: Group,
  seat: Seat,
  modifyIndex: number | undefined,
  sentAt: LocksAnswer<never>['sentAt'],
): Observable<SeatEvent> {
  const { claim } = seat;
  if (!claim || modifyIndex === undefined) return EMPTY;
  claim.lockIndex = modifyIndex;
  if (seat.departure !== undefined) {
    goOnLeaving(group, seat);
    return EMPTY;
  }
  seat.phase = 'leading';
  claim.hasLed = true;
  const { sessionId } = claim;
  const at = group.consul.time.now();
  return of({ seat, event: { type: 'Acquired', at, sessionId, modifyIndex, sentAt } });
}

function refused(
  group: Group,
  seat: Seat,
  reason: RefusalReason | ElectionError,
  sighting: PrefixSighting | undefined,
): Observable<SeatEvent> {
  const { consul, retry, timing } = group;
  const now = consul.time.now();
  standBy(seat);
  if (seat.departure !== undefined) {
    goOnLeaving(group, seat);
    return EMPTY;
  }
  if (reason === 'lock-delay') {
    seat.heldOff = {
      since: now,
      forMs: lockDelayRestMs(timing, seat.contender.sight.current ?? noVacancy, now),
    };
    return of({ seat, event: { type: 'Refused', at: now } });
  }
  if (typeof reason === 'string') {
    seat.refusedBy = sighting?.receivedAt;
    return of({ seat, event: { type: 'Refused', at: now } });
  }
  const attempts = (seat.election.failure?.attempt ?? 0) + 1;
  const { backoff = defaultBackoff, chance = systemChance } = retry;
  const delayMs = backoffDelayMs(backoff, attempts, chance());
  seat.heldOff = { since: now, forMs: delayMs };
  const failure = { error: reason, attempt: attempts, delayMs };
  return of({ seat, event: failedEvent(group, 'lock', failure) });
}
