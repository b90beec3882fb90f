import {
  concatMap,
  defer,
  EMPTY,
  expand,
  map,
  merge,
  of,
  takeWhile,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import type { AcquireAnswer } from '../consul/answers.js';
import { acquireLock } from '../lock/acquireLock.js';
import { systemChance } from '../ports/chance.js';
import { elapsedMs, later } from '../ports/instant.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import { failedEvent, type Contender } from './contender.js';
import { afterVacancy } from './crowd.js';
import type { ElectionEvent, Failed, Sighted } from './electionEvent.js';
import { lockDelayRestMs } from './lockDelay.js';

/** This session holds the lock. */
export type Acquired = Extract<ElectionEvent, { type: 'Acquired' }>;

/** Somebody else holds the lock by now, as the watch shows. */
interface Overtaken {
  readonly kind: 'overtaken';
}

type Outcome = AcquireAnswer | Failed | Overtaken;

/**
 * Tries to take the lock where a sighting showed it free, and waits a lock-delay out by a timer: its
 * end wakes no watch. Emits `Acquired`, or completes without it when somebody was faster; the watch
 * shows who.
 *
 * The attempt is bound to the entry that was seen, so it can neither take a lock that changed hands
 * unseen nor overwrite a key that something else has created meanwhile. Where many want the lock, it
 * waits for a turn, and is not made once `taken$` emits. Waiting delays attempts and does nothing
 * else, so it cannot make two lead.
 */
export function claim(
  contender: Contender,
  seen: Sighted,
  taken$: Observable<unknown>,
): Observable<Acquired | Failed> {
  const { consul, key, value, lockFlags, retry, timing } = contender;
  const { now, scheduler } = consul.time;
  const { sessionId, sighting } = seen;
  const expected = sighting.entry ? { modifyIndex: sighting.entry.modifyIndex } : 'absent';

  const attempt$ = acquireLock(consul, { key, sessionId, value, flags: lockFlags, expected }).pipe(
    retryWithBackoff({
      ...retry,
      isRetryable: (error) => !isSessionLost(error),
      report: (failure) => of(failedEvent(contender, 'lock', failure)),
    }),
  );

  return defer(() => {
    const turn = turnOf(contender, seen);
    const attemptAfter = (delayMs: number): Observable<AcquireAnswer | Failed> => {
      const waitMs = delayMs + turn.drawMs(delayMs);
      return waitMs === 0 ? attempt$ : timer(waitMs, scheduler).pipe(concatMap(() => attempt$));
    };
    const tries$ = attemptAfter(0).pipe(
      expand((answer) =>
        isDelayed(answer) ? attemptAfter(lockDelayRestMs(timing, seen.vacantSince, now())) : EMPTY,
      ),
    );
    return merge(taken$.pipe(map((): Overtaken => ({ kind: 'overtaken' }))), tries$).pipe(
      takeWhile((outcome: Outcome) => !isEnd(outcome), true),
      tap(turn.learn),
      concatMap((outcome) => {
        if ('type' in outcome) return of(outcome);
        if (outcome.kind !== 'acquired') return EMPTY;
        const { modifyIndex, sentAt } = outcome;
        return of<Acquired>({ type: 'Acquired', at: now(), sessionId, modifyIndex, sentAt });
      }),
    );
  });
}

/** Draws the waits of one vacancy, and learns from how it ends. */
function turnOf(
  { consul, crowd, retry: { chance = systemChance } }: Contender,
  { vacantSince }: Sighted,
): {
  readonly drawMs: (delayMs: number) => number;
  readonly learn: (outcome: Outcome) => void;
} {
  const { now } = consul.time;
  let openSince = now();
  let isTroubled = false;
  return {
    drawMs: (delayMs) => {
      openSince = later(now(), delayMs);
      return chance() * crowd.current.windowMs;
    },
    learn: (outcome) => {
      // What went wrong took its time, which says nothing about others.
      isTroubled ||= 'type' in outcome;
      if (isTroubled || !isEnd(outcome)) return;
      const at = now();
      crowd.current = afterVacancy(crowd.current, {
        afterMs: elapsedMs(openSince, at),
        // Whoever is faster when both join leads from then on, and need not be one of many.
        beaten: outcome.kind !== 'acquired' && vacantSince !== undefined,
        answeredInMs: outcome.kind === 'overtaken' ? undefined : elapsedMs(outcome.sentAt, at),
      });
    },
  };
}

const isEnd = (outcome: Outcome): outcome is AcquireAnswer | Overtaken =>
  !('type' in outcome) && !isDelayed(outcome);

const isDelayed = (answer: Outcome): boolean =>
  'kind' in answer && answer.kind === 'refused' && answer.reason === 'lock-delay';
