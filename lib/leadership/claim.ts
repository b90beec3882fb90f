import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  expand,
  from,
  map,
  merge,
  of,
  takeWhile,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import type { AcquireAnswer } from '../consul/http/answers.js';
import { readKey } from '../consul/kv/readKey.js';
import { acquireLock } from '../lock/acquireLock.js';
import { systemChance } from '../ports/chance.js';
import { elapsedMs, later, type Instant } from '../ports/instant.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import { failedEvent, type Contender } from './contender.js';
import { afterVacancy } from './crowd.js';
import type { ElectionEvent, Failed, Sighted } from './electionEvent.js';
import type { Claim } from './lockClaim.js';
import { lockDelayRestMs } from './lockDelay.js';

/** This session holds the lock. */
export type Acquired = Extract<ElectionEvent, { type: 'Acquired' }>;

/** Consul did not give the lock, so that an attempt which failed before is no trouble any more. */
export type Refused = Extract<ElectionEvent, { type: 'Refused' }>;

/** Somebody else holds the lock by now, as the watch or a look shows. */
interface Overtaken {
  readonly kind: 'overtaken';
}

const overtaken: Overtaken = { kind: 'overtaken' };

type Outcome = AcquireAnswer | Failed | Overtaken;

/**
 * Tries to take the lock where a sighting showed it free, and waits a lock-delay out by a timer: its
 * end wakes no watch. Emits `Acquired`, or completes without it when somebody was faster; the watch
 * shows who.
 *
 * The attempt is bound to the entry that was seen, so it can neither take a lock that changed hands
 * unseen nor overwrite a key that something else has created meanwhile. Where many want the lock, it
 * waits for a turn, looks again, which costs no raft write, and is not made once the lock is taken.
 * That delays attempts and does nothing else, so it cannot make two lead.
 */
export function claim(
  own: Claim,
  seen: Sighted,
  taken$: Observable<unknown>,
): Observable<Acquired | Refused | Failed> {
  const { contender, sessionId } = own;
  const { consul, timing } = contender;
  const { now, scheduler } = consul.time;

  return defer(() => {
    const turn = turnOf(contender, seen);
    const attempt$ = defer(() => {
      own.mayHold = true;
      return attemptOf(contender, seen);
    });
    const look$ = looked(contender, seen, turn.noteRoundTrip).pipe(
      concatMap((isFree): Observable<Outcome> => (isFree ? attempt$ : of(overtaken))),
    );
    const inTurnAfter = (delayMs: number): Observable<Outcome> => {
      const waitMs = turn.drawMs(delayMs);
      const try$ = turn.isInCrowd() ? look$ : attempt$;
      return waitMs === 0 ? try$ : timer(waitMs, scheduler).pipe(concatMap(() => try$));
    };
    const tries$ = inTurnAfter(0).pipe(
      expand((outcome) =>
        isDelayed(outcome) ? inTurnAfter(lockDelayRestMs(timing, seen, now())) : EMPTY,
      ),
    );
    return merge(taken$.pipe(map(() => overtaken)), tries$).pipe(
      takeWhile((outcome: Outcome) => !isEnd(outcome), true),
      tap(turn.learn),
      concatMap((outcome) => from(eventsOf(outcome, sessionId, now()))),
    );
  });
}

function eventsOf(
  outcome: Outcome,
  sessionId: string,
  at: Instant,
): readonly (Acquired | Refused | Failed)[] {
  if ('type' in outcome) return [outcome];
  if (outcome.kind === 'refused') return [{ type: 'Refused', at }];
  if (outcome.kind === 'overtaken') return [];
  const { modifyIndex, sentAt } = outcome;
  return [{ type: 'Acquired', at, sessionId, modifyIndex, sentAt }];
}

function attemptOf(
  contender: Contender,
  { sessionId, sighting: { entry } }: Sighted,
): Observable<AcquireAnswer | Failed> {
  const { consul, key, value, lockFlags: flags, retry } = contender;
  const expected = entry ? { modifyIndex: entry.modifyIndex } : 'absent';
  return acquireLock(consul, { key, sessionId, value, flags, expected }).pipe(
    retryWithBackoff({
      ...retry,
      isRetryable: (error) => !isSessionLost(error),
      report: (failure) => of(failedEvent(contender, 'lock', failure)),
    }),
  );
}

/** Whether the entry that was seen still stands. Where that cannot be told, the attempt will tell. */
const looked = (
  { consul, key }: Contender,
  { sighting: { entry: seen } }: Sighted,
  noteRoundTrip: (sentAt: Instant) => void,
): Observable<boolean> =>
  readKey(consul, key).pipe(
    tap(({ sentAt }) => {
      noteRoundTrip(sentAt);
    }),
    map(({ entry }) => entry?.modifyIndex === seen?.modifyIndex),
    catchError(() => of(true)),
  );

/** One contender's turn at one vacancy. */
interface Turn {
  /** How long to wait for it, in milliseconds, where the lock cannot be had for a while. */
  readonly drawMs: (delayMs: number) => number;
  readonly isInCrowd: () => boolean;
  readonly noteRoundTrip: (sentAt: Instant) => void;
  readonly learn: (outcome: Outcome) => void;
}

function turnOf(
  { consul, crowd, retry: { chance = systemChance } }: Contender,
  { vacantSince }: Sighted,
): Turn {
  const { now } = consul.time;
  let openSince = now();
  let isTroubled = false;
  let answeredInMs: number | undefined;
  const isInCrowd = () => crowd.current.windowMs > 0;
  const noteRoundTrip = (sentAt: Instant): void => {
    answeredInMs = elapsedMs(sentAt, now());
  };
  return {
    isInCrowd,
    noteRoundTrip,
    drawMs: (delayMs) => {
      openSince = later(now(), delayMs);
      return delayMs + (isInCrowd() ? chance() * crowd.current.windowMs : 0);
    },
    learn: (outcome) => {
      // What went wrong took its time, which says nothing about others.
      isTroubled ||= 'type' in outcome;
      if (isTroubled || !isEnd(outcome)) return;
      const isRefused = outcome.kind === 'refused';
      if (isRefused || outcome.kind === 'acquired') noteRoundTrip(outcome.sentAt);
      crowd.current = afterVacancy(crowd.current, {
        afterMs: elapsedMs(openSince, now()),
        answeredInMs,
        isRefused,
        // Whoever is faster when both join leads from then on, and need not be one of many.
        isBeaten: outcome.kind !== 'acquired' && vacantSince !== undefined,
      });
    },
  };
}

const isEnd = (outcome: Outcome): outcome is AcquireAnswer | Overtaken =>
  !('type' in outcome) && !isDelayed(outcome);

const isDelayed = (answer: Outcome): boolean =>
  'kind' in answer && answer.kind === 'refused' && answer.reason === 'lock-delay';
