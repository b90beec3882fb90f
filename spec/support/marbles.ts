import { TestScheduler, type RunHelpers } from 'rxjs/testing';
import type { Time } from '../../lib/ports/time.js';
import { virtualTime } from '../../lib/testing/time/virtualTime.js';

/** What a marble test gets: rxjs' helpers, and a {@link Time} on the same scheduler. */
export interface MarbleHelpers extends Omit<RunHelpers, 'time'> {
  readonly scheduler: TestScheduler;
  readonly time: Time;
  /** Carries out the acts at their moments, in milliseconds. */
  readonly at: (acts: Readonly<Record<number, () => void>>) => void;
}

/** Runs a test on virtual time: one frame is a millisecond, on both clocks. */
export function marbles(test: (helpers: MarbleHelpers) => void): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  const time = virtualTime(scheduler);
  scheduler.run((helpers) => {
    test({
      ...helpers,
      scheduler,
      time,
      at: (acts) => {
        for (const [atMs, act] of Object.entries(acts)) scheduler.schedule(act, Number(atMs));
      },
    });
  });
}
