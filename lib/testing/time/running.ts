import type { SchedulerLike } from 'rxjs';
import type { TestScheduler } from 'rxjs/testing';

/** Not by `instanceof`: a spec may have a copy of rxjs of its own. */
export function isTestScheduler(scheduler: SchedulerLike): scheduler is TestScheduler {
  return 'createTime' in scheduler;
}

/** Whether a `TestScheduler` is in its `run`; outside a frame is ten milliseconds. */
export function isRunning(scheduler: TestScheduler): boolean {
  return scheduler.createTime('-|') === 1;
}
