import type { SchedulerLike } from 'rxjs';
import type { Time } from '../ports/time.js';

/** How the wall clock of a {@link virtualTime} differs from its monotonic clock. */
export interface VirtualTimeOptions {
  /** What the wall clock is ahead, in milliseconds; a function lets it jump. Defaults to 0. */
  readonly wallSkewMs?: number | (() => number);
}

/**
 * A {@link Time} on a scheduler: both clocks read the scheduler's own time, and every timer is set
 * on it. With rxjs' `TestScheduler` one frame is a millisecond.
 *
 * @param scheduler - The scheduler, for example a `TestScheduler`.
 *
 * @example
 * ```ts
 * const scheduler = new TestScheduler(assertDeepEqual);
 * const time = virtualTime(scheduler);
 * scheduler.run(() => {
 *   const consul = simulatedConsul({ time });
 *   const election = leaderElection({ key: 'locks/reports', transport: consul.transport, time });
 *   election.leadership$.pipe(take(2)).subscribe(console.log);
 * });
 * ```
 */
export function virtualTime(
  scheduler: SchedulerLike,
  { wallSkewMs = 0 }: VirtualTimeOptions = {},
): Time {
  const skewMs = typeof wallSkewMs === 'function' ? wallSkewMs : () => wallSkewMs;
  return {
    scheduler,
    now: () => {
      const monotonicMs = scheduler.now();
      return { monotonicMs, wallMs: monotonicMs + skewMs() };
    },
  };
}
