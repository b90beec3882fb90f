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
import type { ElectionEvent, Finding, Sighted } from './electionEvent.js';
import type { Handovers } from './handovers.js';
import { isHeldByAnother } from './holder.js';
import { tellingUse } from './keyInUse.js';
import { lead } from './lead.js';
import { holdsNothing, type Claim } from './lockClaim.js';
import { observe } from './observe.js';
import { isOurLock } from './ourLock.js';
import { orphanRestMs } from './vacancy.js';
import { vacate } from './vacate.js';

/**
 * After stepping down, how long the others are let first, in milliseconds: they need two round trips,
 * and a second is ample for slow ones. When nobody wants the lock, this process takes it again.
 */
export const standAsideMs = 1_000;

/** What ends or confirms a tenure from outside. */
export interface Interventions {
  /** Hands leadership over and stays in the race. */
  readonly stepDown$: Observable<void>;
  /** What was found out about the lock of the tenure that lasts. */
  readonly found$: Observable<Finding>;
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
 * such a proof lasts.
 */
export function contend(own: Claim, interventions: Interventions): Observable<ElectionEvent> {
  return observe(own.contender, own.sessionId).pipe(
    connect(
      (observed$) => {
        const sighted$ = observed$.pipe(filter((event) => event.type === 'Sighted'));
        // The pursuit comes first: what it sends is on its way before anybody is told.
        return merge(
          pursue(own, sighted$, interventions),
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
  sighted$: Observable<Sighted>,
  interventions: Interventions,
): Observable<ElectionEvent> {
  const { contender, sessionId } = own;
  const isTaken = ({ sighting }: Sighted): boolean => isHeldByAnother(sighting.entry, sessionId);
  const taken$ = sighted$.pipe(filter(isTaken));

  return defer(() => {
    let tried: Sighted | undefined;
    return sighted$.pipe(
      filter((seen) => seen !== tried),
      // What is seen while an orphaned lock is left alone puts the claim off, or makes it needless.
      switchMap((seen) =>
        isTaken(seen) || !isOurLock(contender, seen.sighting.entry)
          ? EMPTY
          : onceSafe(contender, seen),
      ),
      take(1),
      concatMap((seen) => {
        tried = seen;
        return claim(own, seen, taken$);
      }),
      concatMap((event) =>
        event.type === 'Acquired'
          ? tenure(own, event, { sighted$, taken$, ...interventions })
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

/** Emits the sighting when nobody can lead any more by the lock that it shows free; see `vacancyOf`. */
const onceSafe = (contender: Contender, seen: Sighted): Observable<Sighted> =>
  defer(() => {
    const { consul, timing } = contender;
    const { now, scheduler } = consul.time;
    const restMs = orphanRestMs(timing.lockDelayMs, seen, now());
    // A timer is set for whole milliseconds and may fire a little early, so the clock is asked again.
    return restMs === 0
      ? of(seen)
      : timer(restMs, scheduler).pipe(concatMap(() => onceSafe(contender, seen)));
  });

function tenure(
  own: Claim,
  acquired: Acquired,
  streams: Interventions & {
    readonly sighted$: Observable<Sighted>;
    readonly taken$: Observable<Sighted>;
  },
): Observable<ElectionEvent> {
  const { contender, sessionId } = own;
  const { now, scheduler } = contender.consul.time;
  const ceded$ = streams.stepDown$.pipe(map((): ElectionEvent => ({ type: 'Ceded', at: now() })));
  const handedOver$ = concat(
    // Where Consul does not say that the lock is given back, the error ends the session.
    streams.trackHandover(vacate(own)),
    race(streams.taken$, timer(standAsideMs, scheduler)).pipe(take(1), ignoreElements()),
  );
  own.hasLed = true;
  own.lockIndex = acquired.modifyIndex;
  // Commands come first: one may be given while the news of the acquisition is being told.
  const led$ = lead(contender, acquired, streams.sighted$);
  return merge(ceded$, streams.found$, of(acquired), led$).pipe(
    takeWhile(({ type }) => type !== 'Lost' && type !== 'Ceded', true),
    tap((event) => {
      if (event.type === 'Confirmed') own.lockIndex = event.modifyIndex;
    }),
    concatMap((event) => {
      if (event.type === 'Ceded') return concat(of(event), handedOver$);
      return event.type === 'Lost' ? concat(of(event), cutOff(contender, sessionId)) : of(event);
    }),
  );
}
