import { concatMap, defer, EMPTY, expand, from, map, of, type Observable } from 'rxjs';
import type { RefusalReason } from '../consul/http/answers.js';
import type { LocksAnswer } from '../consul/txn/lockTransaction.js';
import type { ElectionError } from '../errors.js';
import { failedEvent } from '../leadership/contender.js';
import { lockDelayWaitMs } from '../leadership/lockDelay.js';
import { retryInSession } from '../leadership/retries.js';
import { looked } from '../leadership/turn.js';
import { unknownLock } from '../leadership/freeLock.js';
import { acquireLocks } from '../lock/acquireLocks.js';
import { backoffDelayMs, defaultBackoff } from '../retry/backoff.js';
import { systemChance } from '../ports/chance.js';
import type { PrefixObservation } from '../watch/watchPrefix.js';
import { isDue } from './dueCandidacies.js';
import type { Group } from './group.js';
import { endTurn, standBy, type Candidacy, type CandidacyEvent } from './candidacy.js';

/** An attempt to take the locks of some keys, and what Consul says to it. */
interface Attempt {
  readonly candidacies: readonly Candidacy[];
  /** By which they were found free. */
  readonly observation: PrefixObservation | undefined;
  readonly answer: LocksAnswer<RefusalReason>;
}

/**
 * Takes the locks of several keys in one transaction. It is all or nothing, but their elections are
 * independent of each other: the ones that Consul refuses are told why, and the others are tried again
 * at once without them.
 *
 * Each lock is bound to the entry that was seen, so that none is taken which changed hands unseen.
 */
export function claimTogether(
  group: Group,
  batch: readonly Candidacy[],
): Observable<CandidacyEvent> {
  return attempt(group, batch).pipe(
    expand((step) => {
      const rest = 'answer' in step ? unanswered(step) : [];
      return rest.length > 0 ? attempt(group, rest) : EMPTY;
    }),
    concatMap((step) => ('answer' in step ? outcomes(group, step) : of(step))),
  );
}

function attempt(group: Group, batch: readonly Candidacy[]): Observable<Attempt | CandidacyEvent> {
  return lookedFirst(group, batch).pipe(
    retryInSession(group.retry, (failure) =>
      from(
        batch
          .filter(({ phase }) => phase === 'claiming')
          .map((candidacy) => {
            candidacy.turn?.spoil();
            return { candidacy, event: failedEvent(group, 'lock', failure) };
          }),
      ),
    ),
  );
}

/**
 * Where many contend, looks at one of the keys first, which costs no raft write. When it has changed, others
 * are about to take them all, and the watch will tell which are left.
 */
function lookedFirst(group: Group, batch: readonly Candidacy[]): Observable<Attempt> {
  return defer(() => {
    const { seen } = group;
    const [candidacy] = batch.filter(({ phase }) => phase === 'claiming');
    if (candidacy?.turn?.isContended() !== true) return sent(group, batch);
    const entry = seen?.entryOf.get(candidacy.contender.key);
    return looked(candidacy.contender, entry, candidacy.turn).pipe(
      concatMap((isFree) => {
        if (isFree) return sent(group, batch);
        for (const each of batch) overtaken(group, each, seen?.observation);
        return EMPTY;
      }),
    );
  });
}

function sent(group: Group, batch: readonly Candidacy[]): Observable<Attempt> {
  const { consul, lockFlags: flags, prefix, value } = group;
  const candidacies = batch.filter((candidacy) => isStillWanted(group, candidacy));
  const sessionId = candidacies[0]?.claim?.sessionId;
  if (sessionId === undefined) return EMPTY;
  const observation = group.seen?.observation;
  const locks = candidacies.map(({ contender: { key }, claim }) => {
    if (claim) claim.mayHold = true;
    const entry = group.seen?.entryOf.get(key);
    return { key, expected: entry ? { modifyIndex: entry.modifyIndex } : ('absent' as const) };
  });
  return acquireLocks(consul, prefix, { sessionId, value, flags, locks }).pipe(
    map((answer) => ({ candidacies, observation, answer })),
  );
}

function overtaken(
  group: Group,
  candidacy: Candidacy,
  observation: PrefixObservation | undefined,
): void {
  if (!isStillWanted(group, candidacy)) return;
  standBy(candidacy);
  endTurn(candidacy, { isBeaten: true, isRefused: false, sentAt: undefined });
  candidacy.refusedAt = observation?.receivedAt;
}

/** While a batch waits for its turn or its retry, keys are left and taken by others. */
function isStillWanted(group: Group, candidacy: Candidacy): boolean {
  if (candidacy.phase !== 'claiming') return false;
  if (candidacy.releaseReason !== undefined) {
    resumeRelease(group, candidacy);
    return false;
  }
  if (isDue(group, candidacy)) return true;
  standBy(candidacy);
  endTurn(candidacy);
  return false;
}

/**
 * Leaves a key now that its claim is over, which had put that off. Whoever joins the key again before it is
 * given back claims what the session holds of it like a free one.
 */
function resumeRelease({ releasing$ }: Group, candidacy: Candidacy): void {
  candidacy.phase = 'standing by';
  releasing$.next(candidacy);
}

/** The locks that were refused only because of others. */
const unanswered = ({ candidacies, answer }: Attempt): readonly Candidacy[] =>
  answer.kind === 'applied'
    ? []
    : candidacies.filter(({ contender }) => !answer.refusals.has(contender.key));

function outcomes(
  group: Group,
  { candidacies, observation, answer }: Attempt,
): Observable<CandidacyEvent> {
  // One by one, since whoever hears of one may step down from another.
  return from(candidacies).pipe(
    concatMap((candidacy) => {
      const { key } = candidacy.contender;
      const { sentAt } = answer;
      if (answer.kind === 'applied') {
        endTurn(candidacy, { isBeaten: false, isRefused: false, sentAt });
        return taken(group, candidacy, answer.modifyIndexOf.get(key), sentAt);
      }
      const reason = answer.refusals.get(key);
      if (reason === undefined) return EMPTY;
      const isBeaten = reason === 'held' || reason === 'changed';
      endTurn(candidacy, isBeaten ? { isBeaten, isRefused: true, sentAt } : undefined);
      return refused(group, candidacy, reason, observation);
    }),
  );
}

function taken(
  group: Group,
  candidacy: Candidacy,
  modifyIndex: number | undefined,
  sentAt: LocksAnswer<never>['sentAt'],
): Observable<CandidacyEvent> {
  const { claim } = candidacy;
  if (!claim || modifyIndex === undefined) return EMPTY;
  claim.lockIndex = modifyIndex;
  if (candidacy.releaseReason !== undefined) {
    resumeRelease(group, candidacy);
    return EMPTY;
  }
  candidacy.phase = 'leading';
  claim.hasLed = true;
  const { sessionId } = claim;
  const at = group.consul.time.now();
  return of({ candidacy, event: { type: 'Acquired', at, sessionId, modifyIndex, sentAt } });
}

function refused(
  group: Group,
  candidacy: Candidacy,
  reason: RefusalReason | ElectionError,
  observation: PrefixObservation | undefined,
): Observable<CandidacyEvent> {
  const { consul, retry, timing } = group;
  const now = consul.time.now();
  standBy(candidacy);
  if (candidacy.releaseReason !== undefined) {
    resumeRelease(group, candidacy);
    return EMPTY;
  }
  if (reason === 'lock-delay') {
    candidacy.claimDelay = {
      since: now,
      forMs: lockDelayWaitMs(timing, candidacy.contender.lastObserved.current ?? unknownLock, now),
    };
    return of({ candidacy, event: { type: 'Refused', at: now } });
  }
  if (typeof reason === 'string') {
    candidacy.refusedAt = observation?.receivedAt;
    return of({ candidacy, event: { type: 'Refused', at: now } });
  }
  const attempts = (candidacy.election.failure?.attempt ?? 0) + 1;
  const { backoff = defaultBackoff, chance = systemChance } = retry;
  const delayMs = backoffDelayMs(backoff, attempts, chance());
  candidacy.claimDelay = { since: now, forMs: delayMs };
  const failure = { error: reason, attempt: attempts, delayMs };
  return of({ candidacy, event: failedEvent(group, 'lock', failure) });
}
