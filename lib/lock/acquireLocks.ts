import { catchError, map, throwError, type Observable } from 'rxjs';
import { acquireKeys, type AcquireKeysRequest } from '../consul/txn/acquire.js';
import type { RefusalReason } from '../consul/http/answers.js';
import type { Consul } from '../consul/http/consul.js';
import type { LocksAnswer } from '../consul/txn/lockTransaction.js';
import { mayHaveBeenApplied } from './mayHaveBeenApplied.js';
import { readHeldKeys } from './readHeldKeys.js';

/**
 * One attempt to take several locks under a prefix, all or none. Like {@link acquireLock} it looks,
 * linearizably, whether an attempt without a clear answer was applied all the same.
 */
export function acquireLocks(
  consul: Consul,
  prefix: string,
  request: AcquireKeysRequest,
): Observable<LocksAnswer<RefusalReason>> {
  return acquireKeys(consul, request).pipe(
    catchError((error: unknown) => {
      const failed$ = throwError(() => error);
      if (!mayHaveBeenApplied(error)) return failed$;
      return readHeldKeys(consul, prefix, request.sessionId).pipe(
        map((held): LocksAnswer<RefusalReason> => {
          if (!request.locks.every(({ key }) => held.modifyIndexOf.has(key))) throw error;
          return { ...held, kind: 'applied' };
        }),
        catchError(() => failed$),
      );
    }),
  );
}
