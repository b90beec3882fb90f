import { concat, ignoreElements, map, type Observable } from 'rxjs';
import { readEvidence } from '../lock/readEvidence.js';
import type { HeldKeys } from '../lock/readHeldKeys.js';
import type { Contender } from './contender.js';
import { drained } from './drained.js';
import type { Claim } from './lockClaim.js';
import { lastReleaseAttempts, release } from './release.js';

/**
 * Gives up a lock in the order that keeps it safe: the work has been told to stop, it is awaited for the
 * stop budget at most, and only then the lock is released. Errors when Consul has not said that it is.
 */
export function drainAndRelease(claim: Claim): Observable<never> {
  const { contender } = claim;
  const context = {
    ...contender,
    readHeld: (sessionId: string) => readHeldKey(contender, sessionId),
  };
  return concat(drained(claim), release(context, [claim], lastReleaseAttempts)).pipe(
    ignoreElements(),
  );
}

const readHeldKey = (
  { consul, key }: Contender,
  sessionId: string,
): Observable<Pick<HeldKeys, 'modifyIndexOf'>> =>
  readEvidence(consul, key, sessionId).pipe(
    map((evidence) => ({
      modifyIndexOf: new Map(evidence.kind === 'held' ? [[key, evidence.modifyIndex]] : []),
    })),
  );
