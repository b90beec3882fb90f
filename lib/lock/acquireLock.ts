import { catchError, map, throwError, type Observable } from 'rxjs';
import { acquireKey, type AcquireRequest } from '../consul/txn/acquire.js';
import type { AcquireAnswer } from '../consul/http/answers.js';
import type { Consul } from '../consul/http/consul.js';
import { mayHaveBeenApplied } from './mayHaveBeenApplied.js';
import { readEvidence } from './readEvidence.js';

/**
 * One attempt to take a lock: emits `acquired` with the fencing token's index, or `refused` with the
 * reason, and completes.
 *
 * An attempt that fails without a clear answer may have been applied all the same: after
 * `leadership lost while committing log` the lock was held in 3 of 3 runs. So the key is read again,
 * linearizably, and the error passes only when the lock is not this session's.
 *
 * @example
 * ```ts
 * withSession(consul, sessionOptions, ({ id }) =>
 *   acquireLock(consul, { key: 'locks/reports', sessionId: id, value: '', flags: 0n }),
 * ).subscribe((answer) =>
 *   console.log(answer.kind === 'acquired' ? 'acquired' : answer.reason), // => acquired
 * );
 * ```
 */
export function acquireLock(consul: Consul, request: AcquireRequest): Observable<AcquireAnswer> {
  return acquireKey(consul, request).pipe(
    catchError((error: unknown) => {
      const failed$ = throwError(() => error);
      if (!mayHaveBeenApplied(error)) return failed$;
      return readEvidence(consul, request.key, request.sessionId).pipe(
        map((evidence): AcquireAnswer => {
          if (evidence.kind === 'absent') throw error;
          return { ...evidence, kind: 'acquired' };
        }),
        catchError(() => failed$),
      );
    }),
  );
}
