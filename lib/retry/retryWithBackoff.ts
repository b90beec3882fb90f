import {
  catchError,
  defer,
  EMPTY,
  repeat,
  tap,
  throwError,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import type { Backoff } from '../config/model/settings.js';
import { isElectionError } from '../errors.js';
import { systemChance, type Chance } from '../ports/chance.js';
import { systemTime, type Time } from '../ports/time.js';
import { backoffDelayMs, defaultBackoff } from './backoff.js';

/** A failure that will be tried again. */
export interface RetriedFailure {
  /** The error itself. */
  readonly error: unknown;
  /** Failures in a row, this one included. */
  readonly attempt: number;
  /** How long the next try waits, in milliseconds. */
  readonly delayMs: number;
}

/** How {@link retryWithBackoff} goes about it. */
export interface RetryWithBackoffOptions<R = never> {
  /** Delays between tries. Defaults to 100 ms, doubling up to 5 s. */
  readonly backoff?: Backoff;
  /**
   * Whether trying again can help. Defaults to the error's own `retryable`, and to `true` for errors
   * that are not this library's.
   */
  readonly isRetryable?: (error: unknown) => boolean;
  /** Gives up with the error after this many failures in a row. Defaults to never. */
  readonly maxAttempts?: number;
  /** Makes a value of each failure that is tried again, and emits it. Defaults to emitting nothing. */
  readonly report?: (failure: RetriedFailure) => Observable<R>;
  /** Defaults to the machine's time. */
  readonly time?: Time;
  /** Defaults to `Math.random`. */
  readonly chance?: Chance;
}

/** What {@link retryWithBackoff} takes for a recovery. */
export interface Recovery<T> {
  /**
   * Whether a value ends the row of failures, so that the next delay is the first again. Defaults to every
   * value.
   */
  readonly isRecovery?: (value: T) => boolean;
}

const isRetryableError = (error: unknown): boolean => !isElectionError(error) || error.retryable;

/**
 * Subscribes to the source again after an error, later with each failure in a row.
 *
 * ```
 * source:  --a--#        (initialDelayMs 2, without jitter)
 *                 --a--#
 * result:  --a------a-- ...
 * ```
 *
 * Delays grow exponentially and are drawn with full jitter. A value of the source ends the row of
 * failures, unless `isRecovery` says otherwise. An error that is not retryable passes through at once.
 *
 * @example
 * ```ts
 * readRaftLeader(consul)
 *   .pipe(retryWithBackoff({ backoff: { initialDelayMs: 50, maxDelayMs: 2_000, factor: 2 } }))
 *   .subscribe((address) => console.log(`the raft leader is ${address}`));
 * ```
 */
export function retryWithBackoff<T>(
  options?: RetryWithBackoffOptions & Recovery<T>,
): MonoTypeOperatorFunction<T>;
export function retryWithBackoff<T, R>(
  options: RetryWithBackoffOptions<R> & Recovery<T>,
): OperatorFunction<T, T | R>;
export function retryWithBackoff<T, R>(
  options: RetryWithBackoffOptions<R> & Recovery<T> = {},
): OperatorFunction<T, T | R> {
  const {
    backoff = defaultBackoff,
    isRecovery = () => true,
    isRetryable = isRetryableError,
    report = () => EMPTY,
  } = options;
  const { time = systemTime, chance = systemChance, maxAttempts = Infinity } = options;

  return (source) =>
    defer(() => {
      let attempt = 0;
      let waitMs: number | undefined;

      const reported = (error: unknown): Observable<R> => {
        attempt += 1;
        if (!isRetryable(error) || attempt >= maxAttempts) return throwError(() => error);
        waitMs = backoffDelayMs(backoff, attempt, chance());
        return report({ error, attempt, delayMs: waitMs });
      };
      const source$ = defer(() => {
        waitMs = undefined;
        return source;
      });

      return source$.pipe(
        tap((value) => {
          if (isRecovery(value)) attempt = 0;
        }),
        catchError(reported),
        // A repetition rather than a recursion: an outage of days must not nest subscriptions.
        repeat({
          delay: () => (waitMs === undefined ? EMPTY : timer(waitMs, time.scheduler)),
        }),
      );
    });
}
