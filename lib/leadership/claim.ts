import {
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
import { acquireLock } from '../lock/acquireLock.js';
import type { Instant } from '../ports/instant.js';
import { failedEvent, type Contender } from './contender.js';
import type { ElectionEvent, Failed, Observed } from './electionEvent.js';
import type { Claim } from './lockClaim.js';
import { lockDelayWaitMs } from './lockDelay.js';
import { retryInSession } from './retries.js';
import { looked, turnOf, type Turn } from './turn.js';

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
 * Tries to take the lock where an observation showed it free, and waits a lock-delay out by a timer: its
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
  seen: Observed,
  taken$: Observable<unknown>,
): Observable<Acquired | Refused | Failed> {
  const { contender, sessionId } = own;
  const { consul, timing } = contender;
  const { now, scheduler } = consul.time;

  return defer(() => {
    const turn = turnOf(contender, seen.freeSince !== undefined);
    const attempt$ = defer(() => {
      own.mayHold = true;
      return attemptOf(contender, seen);
    });
    const look$ = looked(contender, seen.observation.entry, turn).pipe(
      concatMap((isFree): Observable<Outcome> => (isFree ? attempt$ : of(overtaken))),
    );
    const inTurnAfter = (delayMs: number): Observable<Outcome> => {
      const waitMs = turn.drawMs(delayMs);
      const try$ = turn.isContended() ? look$ : attempt$;
      return waitMs === 0 ? try$ : timer(waitMs, scheduler).pipe(concatMap(() => try$));
    };
    const tries$ = inTurnAfter(0).pipe(
      expand((outcome) =>
        isDelayed(outcome) ? inTurnAfter(lockDelayWaitMs(timing, seen, now())) : EMPTY,
      ),
    );
    return merge(taken$.pipe(map(() => overtaken)), tries$).pipe(
      takeWhile((outcome: Outcome) => !isEnd(outcome), true),
      tap((outcome) => learn(turn, outcome)),
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
  { sessionId, observation: { entry } }: Observed,
): Observable<AcquireAnswer | Failed> {
  const { consul, key, value, lockFlags: flags, retry } = contender;
  const expected = entry ? { modifyIndex: entry.modifyIndex } : 'absent';
  return acquireLock(consul, { key, sessionId, value, flags, expected }).pipe(
    retryInSession(retry, (failure) => of(failedEvent(contender, 'lock', failure))),
  );
}

/** Tells a turn what became of it. */
function learn(turn: Turn, outcome: Outcome): void {
  if ('type' in outcome) turn.spoil();
  else if (isEnd(outcome)) {
    turn.end({
      isRefused: outcome.kind === 'refused',
      isBeaten: outcome.kind !== 'acquired',
      sentAt: outcome.kind === 'overtaken' ? undefined : outcome.sentAt,
    });
  }
}

const isEnd = (outcome: Outcome): outcome is AcquireAnswer | Overtaken =>
  !('type' in outcome) && !isDelayed(outcome);

const isDelayed = (answer: Outcome): boolean =>
  'kind' in answer && answer.kind === 'refused' && answer.reason === 'lock-delay';
