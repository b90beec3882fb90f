import type { SchedulerAction, SchedulerLike } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';
import type { Time } from '../../ports/time.js';
import { isRunning, isTestScheduler } from './running.js';

/** How the clocks of a {@link virtualTime} differ, and how long they go. */
export interface VirtualTimeOptions {
  /** What the wall clock is ahead, in milliseconds; a function lets it jump. Defaults to 0. */
  readonly wallSkewMs?: number | (() => number);
  /**
   * How long `run` of a `TestScheduler` may last in virtual time, in milliseconds: an election that is
   * never left would keep it busy for ever, and ends with an error that says so. Defaults to six hours.
   */
  readonly endsAfterMs?: number;
}

/** Longer than any failover, and played in a few seconds. */
const sixHoursMs = 21_600_000;

/**
 * A {@link Time} on a scheduler: both clocks read the scheduler's own time, and every timer is set
 * on it. With rxjs' `TestScheduler` one frame is a millisecond. It may be made outside of `run`, and an
 * election too, but must be used inside.
 *
 * @param scheduler - The scheduler, for example a `TestScheduler`.
 * @throws `Error`, where a clock is read before `run`, as an election does when it is joined; and from `run`
 * when it goes on for more than `endsAfterMs`
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
  { wallSkewMs = 0, endsAfterMs = sixHoursMs }: VirtualTimeOptions = {},
): Time {
  const skewMs = typeof wallSkewMs === 'function' ? wallSkewMs : () => wallSkewMs;
  const played = isTestScheduler(scheduler) ? ofRun(scheduler, endsAfterMs) : scheduler;
  return {
    scheduler: played,
    now: () => {
      const monotonicMs = played.now();
      return { monotonicMs, wallMs: monotonicMs + skewMs() };
    },
  };
}

/** The scheduler, with an error for what would otherwise be played never, or for ever. */
function ofRun(scheduler: TestScheduler, endsAfterMs: number): SchedulerLike {
  let ran = false;
  const isAtWork = (): boolean => (ran ||= isRunning(scheduler));
  return {
    now: () => {
      if (isAtWork()) return scheduler.now();
      throw notRunning();
    },
    schedule: <T>(work: Work<T>, delay?: number, state?: T) => {
      // It does not throw outside of `run`: the teardown of what has failed there sets timers, too.
      isAtWork();
      return scheduler.schedule<T>(bounded(scheduler, endsAfterMs, work), delay, state);
    },
  };
}

type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

/** An error of work ends `run` with it. */
function bounded<T>(scheduler: TestScheduler, endsAfterMs: number, work: Work<T>): Work<T> {
  return function (state) {
    if (scheduler.now() > endsAfterMs) throw endless(endsAfterMs);
    work.call(this, state);
  };
}

const notRunning = (): Error =>
  new Error(
    'virtualTime was used outside `run` of its TestScheduler, where no timer fires. Subscribe inside: ' +
      '`scheduler.run(({ expectObservable }) => { expectObservable(election.leadership$, ...) })`.',
  );

const endless = (endsAfterMs: number): Error =>
  new Error(
    `Virtual time ran for more than ${endsAfterMs} ms: an election does not end by itself. ` +
      "Unsubscribe from it, by `expectObservable(leadership$, '^ 30s !')` or `take`, or raise endsAfterMs of virtualTime.",
  );
