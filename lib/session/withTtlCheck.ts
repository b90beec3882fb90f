import {
  catchError,
  concat,
  concatMap,
  defer,
  EMPTY,
  ignoreElements,
  map,
  merge,
  NEVER,
  repeat,
  timer,
  type Observable,
} from 'rxjs';
import { longestPassPauseMs, passTimeoutMs } from '../config/timing/bounds.js';
import type { TtlCheckDetector } from '../config/model/settings.js';
import type { Consul } from '../consul/http/consul.js';
import {
  type CheckSpec,
  deregisterCheck,
  passCheck,
  registerCheck,
} from '../consul/agent/ttlCheck.js';
import { systemChance } from '../ports/chance.js';
import { randomUuid } from '../ports/randomUuid.js';
import { capped } from '../retry/backoff.js';
import { retryWithBackoff, type RetryWithBackoffOptions } from '../retry/retryWithBackoff.js';
import { alongside } from './alongside.js';
import { bracket, type Track } from './bracket.js';

/** A TTL check and how it lives. */
export interface PassingOptions extends Omit<TtlCheckDetector, 'kind' | 'serfHealth'> {
  /** How a failed pass is tried again, and where the ID of the check is drawn from. Defaults to {@link retryWithBackoff}'s. */
  readonly retry?: RetryWithBackoffOptions;
  /** Called at subscription with what removes the check, or joins its removal, and ends with it. Defaults to nobody who is told. */
  readonly track?: Track;
}

/** Tells the checks of one process apart, also where chance is a constant, as a test may have it. */
let checks = 0;

/** Tries of a removal; a check that is not removed turns critical, and its agent forgets it. */
const removeAttempts = 3;

/**
 * Registers a TTL check with the agent, passes it while `use` runs, and removes it afterwards. A
 * session that depends on it ends at once when this process no longer passes it, however it ended.
 *
 * The check is kept until `use` has ended and whatever it tracks by `keepUntil` is gone, since it
 * takes the sessions that depend on it with it. Its ID is new with every subscription, so nothing
 * collides. Errors with `CHECK_UNKNOWN` once the agent does not know the check any more: its sessions
 * have ended or are about to.
 *
 * Passing is liveness alone. It proves nothing about a lock, and no lease counts from it.
 *
 * @param consul - the way to the agent of this node, since the check's timer runs in one agent
 * @param options - its TTL, how often it is passed, and the service that carries it
 * @param use - what lives as long as the check
 *
 * @example
 * ```ts
 * const check = { serviceName: 'reports', checkTtlMs: 1_000, passIntervalMs: 300 };
 * withTtlCheck(consul, check, (ttlCheckId) =>
 *   createSession(consul, { ...sessionOptions, ttlCheckId }).pipe(
 *     concatMap(({ id }) => destroySession(consul, id)),
 *   ),
 * ).subscribe({ complete: () => console.log('all gone') }); // => all gone
 * ```
 */
export function withTtlCheck<T>(
  consul: Consul,
  options: PassingOptions,
  use: (checkId: string, keepUntil: Track) => Observable<T>,
): Observable<T> {
  return defer(() => {
    const { retry = {}, serviceName, checkTtlMs } = options;
    const id = `${serviceName}-${randomUuid(retry.chance ?? systemChance)}-${++checks}`;
    const check: CheckSpec = { id, serviceName, ttlMs: checkTtlMs };
    const pass$ = passes(consul, check, options);
    const users = new Set<Observable<never>>();
    const keepUntil: Track = (gone$) => {
      users.add(gone$);
      return () => users.delete(gone$);
    };
    const unused$ = defer(() => merge(...users)).pipe(
      // A check that cannot be passed any more is no reason to give up what depends on it in haste.
      alongside(pass$.pipe(catchError(() => NEVER))),
      catchError(() => EMPTY),
    );
    const removed$ = deregisterCheck(consul, check).pipe(
      retryWithBackoff({ time: consul.time, ...retry, maxAttempts: removeAttempts }),
    );

    return bracket({
      acquire$: registerCheck(consul, check).pipe(map(() => id)),
      use: () => use(id, keepUntil).pipe(alongside(pass$)),
      release: () => concat(unused$, removed$),
      scheduler: consul.time.scheduler,
      ...(options.track && { track: options.track }),
    });
  });
}

/** Passes the check until unsubscribed. A pass that is lost is sent again within what is left of the TTL. */
function passes(consul: Consul, check: CheckSpec, options: PassingOptions): Observable<never> {
  const { passIntervalMs, retry = {} } = options;
  const requestTimeoutMs = passTimeoutMs(options, consul.requestTimeoutMs);
  const pass$ = passCheck({ ...consul, requestTimeoutMs }, check).pipe(
    retryWithBackoff({
      time: consul.time,
      ...retry,
      backoff: capped(retry.backoff, longestPassPauseMs(options)),
    }),
  );
  return timer(passIntervalMs, consul.time.scheduler).pipe(
    concatMap(() => pass$),
    repeat(),
    ignoreElements(),
  );
}
