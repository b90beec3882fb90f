import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  expand,
  map,
  of,
  throwError,
  type Observable,
} from 'rxjs';
import { releaseKeys, type ReleaseRefusal } from '../consul/txn/release.js';
import type { LocksAnswer } from '../consul/txn/lockTransaction.js';
import { isElectionError, type ElectionError } from '../errors.js';
import type { HeldKeys } from '../lock/readHeldKeys.js';
import { releasedValue } from '../lock/releasedValue.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import type { ElectionContext } from './contender.js';
import { holdsNothing, type Claim } from './lockClaim.js';

/** Tries of a release where the session ends after it anyway, which frees what is left. */
export const lastReleaseAttempts = 3;

/** What a release needs. */
export interface ReleaseContext extends Pick<ElectionContext, 'consul' | 'lockFlags' | 'retry'> {
  /** Reads, linearizably, what the session holds. */
  readonly readHeld: (sessionId: string) => Observable<Pick<HeldKeys, 'modifyIndexOf'>>;
}

/**
 * Gives back what a session holds of some keys, in one transaction; emits the claims of which it certainly
 * holds nothing any more, as soon as that is known.
 *
 * A release without a clear answer may still arrive. It is bound to the index of the entry that it frees,
 * which every later acquisition changes, so it cannot take the lock from one. That is why it may be tried
 * again, and why the session can go on once Consul has answered.
 *
 * @param maxAttempts - gives up with the error after this many failures in a row
 */
export function release(
  context: ReleaseContext,
  claims: readonly Claim[],
  maxAttempts: number,
): Observable<readonly Claim[]> {
  return defer(() => {
    const refused = new Map<Claim, ElectionError>();
    const round$ = defer(() => {
      const held = claims.filter((claim) => claim.mayHold && !refused.has(claim));
      return held.length === 0 ? failed(refused) : attempt(context, held, refused);
    });
    return round$.pipe(expand(() => round$));
  }).pipe(
    catchError((error: unknown) =>
      isSessionLost(error) ? of(gone(claims)) : throwError(() => error),
    ),
    retryWithBackoff({ ...context.retry, maxAttempts, isRetryable: () => true }),
  );
}

function attempt(
  context: ReleaseContext,
  held: readonly Claim[],
  refused: Map<Claim, ElectionError>,
): Observable<readonly Claim[]> {
  const { consul, lockFlags: flags } = context;
  const sessionId = held[0]?.sessionId ?? '';
  return looked(context, sessionId, held).pipe(
    concatMap((locks) =>
      locks.length === 0
        ? of(gone(held))
        : releaseKeys(consul, { sessionId, value: releasedValue, flags, locks }).pipe(
            map((answer) => note(answer, held, refused)),
          ),
    ),
  );
}

/** The locks with the indexes of their entries, which are read where they are not known. */
function looked(
  { readHeld }: ReleaseContext,
  sessionId: string,
  claims: readonly Claim[],
): Observable<readonly { readonly key: string; readonly modifyIndex: number }[]> {
  const locks = () =>
    claims.flatMap(({ contender, mayHold, lockIndex }) =>
      mayHold && lockIndex !== undefined ? [{ key: contender.key, modifyIndex: lockIndex }] : [],
    );
  if (claims.every(({ lockIndex }) => lockIndex !== undefined)) return defer(() => of(locks()));
  return readHeld(sessionId).pipe(
    map(({ modifyIndexOf }) => {
      for (const claim of claims) {
        claim.lockIndex = modifyIndexOf.get(claim.contender.key);
        claim.mayHold = claim.lockIndex !== undefined;
      }
      return locks();
    }),
  );
}

/** Takes note of an answer; gives the claims of which nothing is held now. */
function note(
  answer: LocksAnswer<ReleaseRefusal>,
  claims: readonly Claim[],
  refused: Map<Claim, ElectionError>,
): readonly Claim[] {
  return gone(
    claims.filter((claim) => {
      if (answer.kind === 'applied' || !claim.mayHold) return true;
      const reason = answer.refusals.get(claim.contender.key);
      if (isElectionError(reason)) refused.set(claim, reason);
      if (reason === 'changed') claim.lockIndex = undefined;
      return reason === 'not-held';
    }),
  );
}

const failed = (refused: ReadonlyMap<Claim, ElectionError>): Observable<never> => {
  const [error] = refused.values();
  return error ? throwError(() => error) : EMPTY;
};

function gone(claims: readonly Claim[]): readonly Claim[] {
  claims.forEach(holdsNothing);
  return claims;
}
