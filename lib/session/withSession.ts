import { catchError, concat, defer, EMPTY, ignoreElements, tap, type Observable } from 'rxjs';
import type { CreatedSession } from '../consul/answers.js';
import type { Consul } from '../consul/consul.js';
import { createSession, type SessionSpec } from '../consul/createSession.js';
import { destroySession } from '../consul/destroySession.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { alongside } from './alongside.js';
import { bracket } from './bracket.js';
import { isSessionLost } from './isSessionLost.js';
import { keepAlive, type KeepAliveOptions } from './keepAlive.js';

/** A session and how it lives. */
export interface SessionOptions extends SessionSpec, KeepAliveOptions {
  /**
   * What must be done before the session is destroyed, such as releasing its locks; the session is
   * renewed meanwhile. Destroying a session that holds a lock arms the lock-delay.
   * Defaults to nothing.
   */
  readonly beforeDestroy?: (session: CreatedSession) => Observable<unknown>;
  /**
   * Called at subscription with what destroys the session, or joins its destruction, and ends with it.
   * What it returns is called once the session is gone.
   * Defaults to nobody who is told.
   */
  readonly track?: (destroyed$: Observable<never>) => () => void;
}

/** Tries of a destruction; a session that is not destroyed ends by its TTL. */
const destroyAttempts = 3;

/**
 * Creates a session, keeps it alive while `use` runs, and destroys it afterwards, exactly once.
 *
 * When `use` completes, the result completes after Consul has confirmed the end of the session. On an
 * error or an unsubscription the session is destroyed in the background. A session that Consul has
 * already forgotten is an error, `SESSION_LOST`, and is not destroyed again.
 *
 * @example
 * ```ts
 * const options = { name: 'reports', ttlMs: 10_000, lockDelayMs: 5_000, nodeChecks: [], renewIntervalMs: 3_333 };
 * withSession(consul, options, ({ id }) =>
 *   acquireLock(consul, { key: 'locks/reports', sessionId: id, value: '', flags: 0n }),
 * ).subscribe(({ kind }) => console.log(kind)); // => acquired
 * ```
 */
export function withSession<T>(
  consul: Consul,
  options: SessionOptions,
  use: (session: CreatedSession) => Observable<T>,
): Observable<T> {
  return defer(() => {
    let lost = false;
    const live = (session: CreatedSession): Observable<never> =>
      keepAlive(consul, session.id, options);
    const note = (error: unknown): void => {
      lost = isSessionLost(error);
    };
    const destroyed = (session: CreatedSession): Observable<unknown> => {
      const prepared$ = options.beforeDestroy?.(session) ?? EMPTY;
      const gone$ = destroySession(consul, session.id).pipe(
        retryWithBackoff({ time: consul.time, ...options.retry, maxAttempts: destroyAttempts }),
      );
      return concat(
        // Whatever went wrong, the end of the session frees its locks.
        prepared$.pipe(
          alongside(live(session)),
          ignoreElements(),
          tap({ error: note }),
          catchError(() => EMPTY),
        ),
        defer(() => (lost ? EMPTY : gone$)),
      );
    };

    return bracket({
      acquire$: createSession(consul, options),
      use: (session) => use(session).pipe(alongside(live(session)), tap({ error: note })),
      release: (session) => (lost ? EMPTY : destroyed(session)),
      scheduler: consul.time.scheduler,
      ...(options.track && { track: options.track }),
    });
  });
}
