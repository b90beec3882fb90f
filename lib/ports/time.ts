import { asyncScheduler, type SchedulerLike } from 'rxjs';
import type { Instant } from './instant.js';

/**
 * The port through which every timer and every clock reading goes. Replace it (see
 * `rxjs-leader-election/testing`) and a whole failover runs on virtual time.
 */
export interface Time {
  /** Where timers are set. */
  readonly scheduler: SchedulerLike;
  /** Reads both clocks. */
  readonly now: () => Instant;
}

/**
 * The machine's own time: `performance.now()`, `Date.now()` and rxjs' `asyncScheduler`.
 *
 * @example
 * ```ts
 * const before = systemTime.now();
 * timer(20, systemTime.scheduler).subscribe(() =>
 *   console.log(elapsedMs(before, systemTime.now()) > 0), // => true
 * );
 * ```
 */
export const systemTime: Time = {
  scheduler: asyncScheduler,
  now: () => ({ monotonicMs: performance.now(), wallMs: Date.now() }),
};
