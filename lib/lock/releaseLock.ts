import type { Observable } from 'rxjs';
import type { Consul } from '../consul/http/consul.js';
import { releaseKey, type ReleaseRequest } from '../consul/txn/release.js';
import { retryWithBackoff, type RetryWithBackoffOptions } from '../retry/retryWithBackoff.js';

/**
 * Tries of a release. The work has stopped by then, so giving up is safe; the destruction of the
 * session comes next and frees the lock after the lock-delay.
 */
const releaseAttempts = 3;

/**
 * Gives a lock back: emits whether the session held it, and completes. Other contenders are woken at
 * once, without a lock-delay. Tried up to three times; releasing twice does no harm.
 *
 * @example
 * ```ts
 * withSession(consul, sessionOptions, ({ id }) => {
 *   const lock = { key: 'locks/reports', sessionId: id, value: '', flags: 0n };
 *   return acquireLock(consul, lock).pipe(concatMap(() => releaseLock(consul, lock)));
 * }).subscribe((held) => console.log(held)); // => true
 * ```
 */
export function releaseLock(
  consul: Consul,
  request: ReleaseRequest,
  retry: RetryWithBackoffOptions = {},
): Observable<boolean> {
  const maxAttempts = Math.min(retry.maxAttempts ?? Infinity, releaseAttempts);
  return releaseKey(consul, request).pipe(
    retryWithBackoff({ time: consul.time, ...retry, maxAttempts }),
  );
}
