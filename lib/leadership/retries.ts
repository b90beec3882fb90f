import { concatMap, of, repeat, timer, type Observable, type OperatorFunction } from 'rxjs';
import { longestEvidencePauseMs } from '../config/timing/bounds.js';
import { capped } from '../retry/backoff.js';
import {
  retryWithBackoff,
  type RetriedFailure,
  type RetryWithBackoffOptions,
} from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import type { ElectionContext } from './contender.js';

/** Tries again whatever fails, for as long as the session is not lost. */
export const retryInSession = <T, R = never>(
  retry: RetryWithBackoffOptions,
  report?: (failure: RetriedFailure) => Observable<R>,
): OperatorFunction<T, T | R> =>
  retryWithBackoff<T, R>({
    ...retry,
    isRetryable: (error) => !isSessionLost(error),
    ...(report && { report }),
  });

/** Watches on whatever fails, and tells of each failure. */
export const retryWatch = <T extends { readonly isPolled: boolean }>(
  retry: RetryWithBackoffOptions,
): OperatorFunction<T, T | RetriedFailure> =>
  retryWithBackoff<T, RetriedFailure>({
    ...retry,
    // Also what does not pass by itself: somebody may grant the permission.
    isRetryable: () => true,
    // Where only the polls fail, reads between them must not make them come ever faster.
    isRecovery: ({ isPolled }) => isPolled,
    report: (failure) => of(failure),
  });

/** Reads evidence at an interval; one that fails is asked for again soon. */
export const confirmAtIntervals = <E>(
  { consul, retry, timing }: Pick<ElectionContext, 'consul' | 'retry' | 'timing'>,
  evidence$: Observable<E>,
  report: (failure: RetriedFailure) => Observable<E>,
): Observable<E> => {
  const backoff = capped(retry.backoff, longestEvidencePauseMs(timing));
  return timer(timing.evidenceIntervalMs, consul.time.scheduler).pipe(
    concatMap(() => evidence$.pipe(retryInSession({ ...retry, backoff }, report))),
    repeat(),
  );
};
