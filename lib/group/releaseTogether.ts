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
import { maxKeyLength } from '../config/values/key.js';
import { releaseKeys, type ReleaseRefusal } from '../consul/txn/release.js';
import type { LocksAnswer } from '../consul/txn/lockTransaction.js';
import { isElectionError, type ElectionError } from '../errors.js';
import { readHeldKeys } from '../lock/readHeldKeys.js';
import { releasedValue } from '../lock/releasedValue.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import type { Group } from './group.js';
import { locksAtOnce } from './locksAtOnce.js';
import type { Stake } from './seat.js';

/** How many locks {@link releaseTogether} can give back at most. */
export const mostReleases = locksAtOnce(releasedValue, maxKeyLength);

/**
 * Gives back what a session holds of some keys; emits the ones that it certainly does not hold any
 * more, as soon as that is known.
 *
 * A release without a clear answer may still arrive. It is bound to the index of its acquisition, so
 * that it cannot take the lock from a later one; that is why the session can go on.
 *
 * @param maxAttempts - gives up with the error after this many failures in a row
 */
export function releaseTogether(
  group: Group,
  stakes: readonly Stake[],
  maxAttempts: number,
): Observable<readonly Stake[]> {
  const { consul, lockFlags: flags, retry } = group;
  const sessionId = stakes[0]?.sessionId ?? '';

  return defer(() => {
    const refused = new Map<Stake, ElectionError>();
    const round$ = defer(() => {
      const held = stakes.filter((stake) => stake.mayHold && !refused.has(stake));
      if (held.length === 0) return failed(refused);
      return looked(group, sessionId, held).pipe(
        concatMap((locks) =>
          locks.length === 0
            ? of(gone(held))
            : releaseKeys(consul, { sessionId, value: releasedValue, flags, locks }).pipe(
                map((answer) => note(answer, held, refused)),
              ),
        ),
      );
    });
    return round$.pipe(expand(() => round$));
  }).pipe(
    catchError((error: unknown) =>
      isSessionLost(error) ? of(gone(stakes)) : throwError(() => error),
    ),
    retryWithBackoff({ ...retry, maxAttempts, isRetryable: () => true }),
  );
}

/** The locks with the indexes of their entries, which are read where they are not known. */
function looked(
  { consul, prefix }: Group,
  sessionId: string,
  stakes: readonly Stake[],
): Observable<readonly { readonly key: string; readonly modifyIndex: number }[]> {
  const locks = () =>
    stakes.flatMap(({ mayHold, seat, lockIndex }) =>
      mayHold && lockIndex !== undefined
        ? [{ key: seat.contender.key, modifyIndex: lockIndex }]
        : [],
    );
  if (stakes.every(({ lockIndex }) => lockIndex !== undefined)) return defer(() => of(locks()));
  return readHeldKeys(consul, prefix, sessionId).pipe(
    map(({ modifyIndexOf }) => {
      for (const stake of stakes) {
        stake.lockIndex = modifyIndexOf.get(stake.seat.contender.key);
        stake.mayHold = stake.lockIndex !== undefined;
      }
      return locks();
    }),
  );
}

/** Takes note of an answer; gives the stakes that are free now. */
function note(
  answer: LocksAnswer<ReleaseRefusal>,
  stakes: readonly Stake[],
  refused: Map<Stake, ElectionError>,
): readonly Stake[] {
  return gone(
    stakes.filter((stake) => {
      const { key } = stake.seat.contender;
      if (answer.kind === 'applied' || !stake.mayHold) return true;
      const reason = answer.refusals.get(key);
      if (isElectionError(reason)) refused.set(stake, reason);
      if (reason === 'changed') stake.lockIndex = undefined;
      return reason === 'not-held';
    }),
  );
}

const failed = (refused: ReadonlyMap<Stake, ElectionError>): Observable<never> => {
  const [error] = refused.values();
  return error ? throwError(() => error) : EMPTY;
};

function gone(stakes: readonly Stake[]): readonly Stake[] {
  for (const stake of stakes) {
    stake.mayHold = false;
    stake.lockIndex = undefined;
  }
  return stakes;
}
