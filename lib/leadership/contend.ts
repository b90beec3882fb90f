import {
  concat,
  concatMap,
  connect,
  defer,
  EMPTY,
  filter,
  ignoreElements,
  map,
  merge,
  of,
  race,
  repeat,
  ReplaySubject,
  switchMap,
  take,
  takeWhile,
  tap,
  timer,
  type Observable,
} from 'rxjs';
import { claim, type Acquired } from './claim.js';
import { cutOff, type Contender } from './contender.js';
import type { ElectionEvent, LockReport, Observed } from './electionEvent.js';
import type { Handovers } from './handovers.js';
import { isHeldByAnother } from './holder.js';
import { tellingUse } from './keyInUse.js';
import { lead } from './lead.js';
import { holdsNothing, noteIndex, type Claim } from './lockClaim.js';
import { observe } from './observe.js';
import { isClaimable } from './ourLock.js';
import { abandonedWaitMs } from './freeLock.js';
import { drainAndRelease } from './drainAndRelease.js';

/**
 * After stepping down, how long the others are let first, in milliseconds: they need two round trips,
 * and a second is ample for slow ones. When nobody wants the lock, this process takes it again.
 */
export const stepDownPauseMs = 1_000;

/** What ends or confirms a term from outside. */
export interface Interventions {
  /** Hands leadership over and stays in the race. */
  readonly stepDown$: Observable<void>;
  /** What was found out about the lock of the term that lasts. */
  readonly lockReport$: Observable<LockReport>;
  /** Learns of every handover. */
  readonly trackHandover: Handovers['track'];
}

/**
 * Contends with one session: stands by while another holds the lock, claims it when it is free, leads,
 * and starts over when it is lost. Never completes; errors when the session is lost or must not be
 * used again.
 *
 * One watch serves all phases. Two processes cannot lead at once by this: both would need Consul to
 * name their session as the key's holder, and each goes on only for as long as a lease counted from
 * such evidence lasts.
 */
export function contend(own: Claim, interventions: Interventions): Observable<ElectionEvent> {
  return observe(own.contender, own.sessionId).pipe(
    connect(
      (observed$) => {
        const observation$ = observed$.pipe(filter((event) => event.type === 'Observed'));
        // The pursuit comes first: what it sends is on its way before anybody is told.
        return merge(
          pursue(own, observation$, interventions),
          observed$.pipe(tellingUse(own.contender)),
        );
      },
      // Whoever starts over must know what was seen last.
      { connector: () => new ReplaySubject(1) },
    ),
  );
}

function pursue(
  own: Claim,
  observation$: Observable<Observed>,
  interventions: Interventions,
): Observable<ElectionEvent> {
  const { contender, sessionId } = own;
  const isTaken = ({ observation }: Observed): boolean =>
    isHeldByAnother(observation.entry, sessionId);
  const taken$ = observation$.pipe(filter(isTaken));

  return defer(() => {
    let tried: Observed | undefined;
    return observation$.pipe(
      filter((seen) => seen !== tried),
      // What is seen while an abandoned lock is left alone puts the claim off, or makes it needless.
      switchMap((seen) =>
        isClaimable(contender, sessionId, seen.observation.entry)
          ? onceSafe(contender, seen)
          : EMPTY,
      ),
      take(1),
      concatMap((seen) => {
        tried = seen;
        return claim(own, seen, taken$);
      }),
      concatMap((event) =>
        event.type === 'Acquired'
          ? term(own, event, { observation$, taken$, ...interventions })
          : of(event),
      ),
      // Refused, lost or released: each is certain. What is uncertain is tried again before this.
      tap({
        complete: () => {
          holdsNothing(own);
        },
      }),
      repeat(),
    );
  });
}

/** Emits the observation when nobody can lead any more by the lock that it shows free; see `freeLockOf`. */
const onceSafe = (contender: Contender, seen: Observed): Observable<Observed> =>
  defer(() => {
    const { consul, timing } = contender;
    const { now, scheduler } = consul.time;
    const restMs = abandonedWaitMs(timing.lockDelayMs, seen, now());
    // A timer is set for whole milliseconds and may fire a little early, so the clock is asked again.
    return restMs === 0
      ? of(seen)
      : timer(restMs, scheduler).pipe(concatMap(() => onceSafe(contender, seen)));
  });

function term(
  own: Claim,
  acquired: Acquired,
  streams: Interventions & {
    readonly observation$: Observable<Observed>;
    readonly taken$: Observable<Observed>;
  },
): Observable<ElectionEvent> {
  const { contender, sessionId } = own;
  const { now, scheduler } = contender.consul.time;
  const steppedDown$ = streams.stepDown$.pipe(
    map((): ElectionEvent => ({ type: 'SteppedDown', at: now() })),
  );
  const handedOver$ = concat(
    // Where Consul does not say that the lock is given back, the error ends the session.
    streams.trackHandover(drainAndRelease(own)),
    race(streams.taken$, timer(stepDownPauseMs, scheduler)).pipe(take(1), ignoreElements()),
  );
  own.hasLed = true;
  own.lockIndex = acquired.modifyIndex;
  // Commands come first: one may be given while the news of the acquisition is being told.
  const led$ = lead(contender, acquired, streams.observation$);
  return merge(steppedDown$, streams.lockReport$, of(acquired), led$).pipe(
    takeWhile(({ type }) => type !== 'Lost' && type !== 'SteppedDown', true),
    tap((event) => noteIndex(own, event)),
    concatMap((event) => {
      if (event.type === 'SteppedDown') return concat(of(event), handedOver$);
      return event.type === 'Lost' ? concat(of(event), cutOff(contender, sessionId)) : of(event);
    }),
  );
}
