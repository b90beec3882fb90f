import {
  catchError,
  concat,
  concatMap,
  connect,
  delay,
  EMPTY,
  filter,
  from,
  ignoreElements,
  merge,
  mergeMap,
  of,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { stepDownPauseMs } from '../leadership/contend.js';
import { drained } from '../leadership/drained.js';
import type { Claim } from '../leadership/lockClaim.js';
import { release } from '../leadership/release.js';
import type { Group } from './group.js';
import { inBatches, locksPerRelease } from './inBatches.js';
import { standBy, type Candidacy, type CandidacyEvent } from './candidacy.js';

/** How many transactions that give locks back are under way at once. */
const releasesAtOnce = 2;

/**
 * Gives up single keys of the group: their work is stopped and has ended, their locks are released, and
 * nothing happens to the other keys.
 *
 * A release that fails is tried again for as long as it takes, since the session goes on.
 */
export function releases(group: Group): Observable<CandidacyEvent> {
  const { releasing$, consul } = group;
  const { scheduler } = consul.time;
  // Whoever unsubscribes stops its work in the same moment, but after this is called.
  const release$ = releasing$.pipe(
    mergeMap((candidacy) =>
      candidacy.releaseReason === 'left' ? of(candidacy).pipe(delay(0, scheduler)) : of(candidacy),
    ),
    filter(({ releaseReason, phase }) => releaseReason !== undefined && phase !== 'releasing'),
  );
  return release$.pipe(
    connect((candidacy$) =>
      merge(
        candidacy$.pipe(concatMap((candidacy) => from(stepDownEvents(group, candidacy)))),
        merge(
          candidacy$.pipe(filter((candidacy) => !mayHold(candidacy))),
          candidacy$.pipe(filter(mayHold), releaseEach(group)),
        ).pipe(
          tap((candidacy) => endRelease(group, candidacy)),
          ignoreElements(),
        ),
      ),
    ),
  );
}

const mayHold = ({ claim }: Candidacy): boolean => claim?.mayHold === true;

/** What is told before anything is given back: from now on the key does not lead. */
function stepDownEvents({ consul }: Group, candidacy: Candidacy): readonly CandidacyEvent[] {
  const isNews = candidacy.phase === 'leading' || candidacy.releaseReason === 'resigned';
  candidacy.phase = 'releasing';
  return isNews ? [{ candidacy, event: { type: 'SteppedDown', at: consul.time.now() } }] : [];
}

/** Emits each key once its work has ended and its lock is free. */
const releaseEach =
  (group: Group): OperatorFunction<Candidacy, Candidacy> =>
  (candidacy$) =>
    candidacy$.pipe(
      concatMap(({ claim }) => (claim ? of(claim) : EMPTY)),
      releaseInBatches(group, releasesAtOnce, Infinity),
      concatMap(({ contender }) => {
        const candidacy = group.candidacies.get(contender.key);
        return candidacy ? of(candidacy) : EMPTY;
      }),
    );

/** What becomes of a key whose lock is given back. It may have been joined again meanwhile. */
function endRelease(
  { consul, releaseEnded$, candidacies, recheck$ }: Group,
  candidacy: Candidacy,
): void {
  const { releaseReason } = candidacy;
  standBy(candidacy);
  candidacy.releaseReason = undefined;
  if (releaseReason === 'left' || releaseReason === 'resigned') {
    candidacies.delete(candidacy.contender.key);
    candidacy.state$.complete();
  } else {
    if (releaseReason === 'stepped down') {
      candidacy.claimDelay = { since: consul.time.now(), forMs: stepDownPauseMs };
    }
    recheck$.next();
  }
  releaseEnded$.next(candidacy);
}

/**
 * Gives back locks, each once its own work has ended, and emits what is free. Where a release is given up, the
 * others are made all the same, and the end of the session frees what is left.
 *
 * @param atOnce - how many transactions are under way at once, each on a connection
 * @param maxAttempts - tries of each
 */
export const releaseInBatches =
  (group: Group, atOnce: number, maxAttempts: number): OperatorFunction<Claim, Claim> =>
  (claim$) =>
    claim$.pipe(
      mergeMap((claim) => concat(drained(claim), of([claim]))),
      inBatches(locksPerRelease, atOnce, (claims: readonly Claim[]) =>
        release(group, claims, maxAttempts).pipe(catchError(() => EMPTY)),
      ),
      mergeMap((free) => from(free)),
    );
