import { concatMap, ignoreElements, repeat, timer, type Observable } from 'rxjs';
import { longestRenewalPauseMs } from '../config/timing/bounds.js';
import type { Consul } from '../consul/http/consul.js';
import { renewSession } from '../consul/session/renewSession.js';
import { capped } from '../retry/backoff.js';
import { retryWithBackoff, type RetryWithBackoffOptions } from '../retry/retryWithBackoff.js';

/** How a session is kept alive. */
export interface KeepAliveOptions {
  /** Time between renewals, in milliseconds; a third of the TTL rides out two failed ones. */
  readonly renewIntervalMs: number;
  /** How a failed renewal is tried again. Defaults to the backoff of {@link retryWithBackoff}. */
  readonly retry?: RetryWithBackoffOptions;
}

/**
 * Renews a session until unsubscribed. Never emits.
 *
 * Errors with `SESSION_LOST` once Consul says that the session is gone. Failures that pass are tried
 * again for as long as it takes, since Consul keeps a session for up to twice its TTL. A renewal is
 * no evidence that a lock is held: a deposed raft leader was seen to answer one.
 */
export function keepAlive(
  consul: Consul,
  sessionId: string,
  { renewIntervalMs, retry = {} }: KeepAliveOptions,
): Observable<never> {
  const backoff = capped(retry.backoff, longestRenewalPauseMs({ renewIntervalMs }));
  const renewal$ = renewSession(consul, sessionId).pipe(
    retryWithBackoff({ time: consul.time, ...retry, backoff }),
  );
  return timer(renewIntervalMs, consul.time.scheduler).pipe(
    concatMap(() => renewal$),
    repeat(),
    ignoreElements(),
  );
}
