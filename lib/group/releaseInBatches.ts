import { catchError, concat, EMPTY, from, mergeMap, of, type OperatorFunction } from 'rxjs';
import { drained } from '../leadership/drained.js';
import type { Claim } from '../leadership/lockClaim.js';
import { release } from '../leadership/release.js';
import type { Group } from './group.js';
import { inBatches } from './inBatches.js';
import { locksPerRelease } from './locksAtOnce.js';

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
