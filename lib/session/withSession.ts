import { catchError, concat, defer, EMPTY, ignoreElements, tap, type Observable } from 'rxjs';
import { checkSettling } from '../config/timing/bounds.js';
import type { Backoff, Detector } from '../config/model/settings.js';
import type { CreatedSession } from '../consul/http/answers.js';
import type { Consul } from '../consul/http/consul.js';
import { createSession, type SessionSpec } from '../consul/session/createSession.js';
import { destroySession } from '../consul/session/destroySession.js';
import { isElectionError } from '../errors.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { alongside } from './alongside.js';
import { bracket, type Track } from './bracket.js';
import { isSessionLost } from './isSessionLost.js';
import { keepAlive, type KeepAliveOptions } from './keepAlive.js';
import { withTtlCheck } from './withTtlCheck.js';

/** A session and how it lives. */
export interface SessionOptions extends Omit<SessionSpec, 'ttlCheckId'>, KeepAliveOptions {
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
  readonly track?: Track;
  /**
   * How Consul learns that this process has crashed. Defaults to the TTL of the session. A `ttlCheck`
   * is registered before the session is created and removed after it is destroyed.
   */
  readonly detector?: Detector;
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
  const { detector, track, ...rest } = options;
  if (detector === undefined || detector.kind === 'sessionTtl') {
    return ownSession(consul, options, use);
  }
  const { nodeChecks, retry } = rest;
  const serfHealth = detector.serfHealth ? ['serfHealth'] : [];
  return withTtlCheck(
    consul,
    { ...detector, ...(retry && { retry }), ...(track && { track }) },
    (ttlCheckId, keepUntil) =>
      ownSession(
        consul,
        {
          ...rest,
          ttlCheckId,
          nodeChecks: [...new Set([...nodeChecks, ...serfHealth])],
          track: keepUntil,
        },
        use,
      ),
  );
}

type OwnSessionOptions = SessionOptions & Pick<SessionSpec, 'ttlCheckId'>;

function ownSession<T>(
  consul: Consul,
  options: OwnSessionOptions,
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
      acquire$: created(consul, options),
      use: (session) => use(session).pipe(alongside(live(session)), tap({ error: note })),
      release: (session) => (lost ? EMPTY : destroyed(session)),
      scheduler: consul.time.scheduler,
      ...(options.track && { track: options.track }),
    });
  });
}

/**
 * Between tries of a creation whose TTL check the servers do not know yet, or take for critical. An
 * agent tells them before it answers a registration, if it can, and again with every pass.
 */
const createBackoff: Backoff = { initialDelayMs: 20, maxDelayMs: 500, factor: 2 };

function created(consul: Consul, options: OwnSessionOptions): Observable<CreatedSession> {
  const session$ = createSession(consul, options);
  if (options.ttlCheckId === undefined) return session$;
  return session$.pipe(
    retryWithBackoff({
      time: consul.time,
      ...options.retry,
      backoff: createBackoff,
      maxAttempts: checkSettling.attempts,
      isRetryable: isCheckUnsettled,
    }),
  );
}

const isCheckUnsettled = (error: unknown): boolean =>
  isElectionError(error) && (error.code === 'CHECK_UNKNOWN' || error.code === 'CHECK_CRITICAL');
