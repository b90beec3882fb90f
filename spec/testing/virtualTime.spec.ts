import { interval, timer, VirtualTimeScheduler } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { leaderElection } from '../../lib/index.js';
import { simulatedConsul, virtualTime } from '../../lib/testing/index.js';
import { marbles } from '../support/marbles.js';

describe('virtualTime', () => {
  it('moves both clocks with the scheduler', () => {
    marbles(({ scheduler, expectObservable }) => {
      const time = virtualTime(scheduler);
      expect(time.now()).toEqual({ monotonicMs: 0, wallMs: 0 });
      timer(250, time.scheduler).subscribe(() => {
        expect(time.now()).toEqual({ monotonicMs: 250, wallMs: 250 });
      });
      expectObservable(timer(250, time.scheduler)).toBe('250ms (a|)', { a: 0 });
    });
  });

  it('lets the wall clock differ, and jump', () => {
    marbles(({ scheduler }) => {
      let skewMs = 0;
      const steady = virtualTime(scheduler, { wallSkewMs: -5 });
      const jumping = virtualTime(scheduler, { wallSkewMs: () => skewMs });
      skewMs = 3_600_000;
      expect(steady.now()).toEqual({ monotonicMs: 0, wallMs: -5 });
      expect(jumping.now()).toEqual({ monotonicMs: 0, wallMs: 3_600_000 });
    });
  });
});

describe('virtualTime of a TestScheduler', () => {
  const made = (options?: Parameters<typeof virtualTime>[1]) => {
    const scheduler = new TestScheduler((actual, expected) => {
      expect(actual).toEqual(expected);
    });
    const time = virtualTime(scheduler, options);
    const { transport } = simulatedConsul({ time });
    const { leadership$ } = leaderElection({ key: 'locks/reports', transport, time });
    return { scheduler, time, leadership$ };
  };

  it('says where an election is joined outside of run, and not inside', () => {
    const { scheduler, leadership$ } = made();
    const errors: unknown[] = [];
    leadership$.subscribe({ error: (error: unknown) => errors.push(error) });
    expect(errors).toEqual([
      expect.objectContaining({
        message: expect.stringMatching(/outside `run`.*Subscribe inside/) as unknown,
      }),
    ]);

    scheduler.run(({ expectObservable }) => {
      expectObservable(leadership$, '^ 1s !').toBe('(fl)', {
        f: expect.objectContaining({ kind: 'Follower' }) as unknown,
        l: expect.objectContaining({ kind: 'Leader' }) as unknown,
      });
    });
  });

  it('tells the time after run', () => {
    const { scheduler, time } = made();
    expect(() => time.now()).toThrow('outside `run`');
    scheduler.run(() => timer(7, time.scheduler).subscribe());
    expect(time.now().monotonicMs).toBe(7);
  });

  it('says when an election is never left', () => {
    const { scheduler, leadership$ } = made({ endsAfterMs: 600_000 });
    expect(() => scheduler.run(({ expectObservable }) => expectObservable(leadership$))).toThrow(
      /more than 600000 ms: an election does not end by itself.*'\^ 30s !'/,
    );
  });

  it('ends after six hours where nothing else is said', () => {
    const { scheduler, time } = made();
    const hours: number[] = [];
    const play = () =>
      scheduler.run(() =>
        interval(3_600_000, time.scheduler).subscribe((hour) => hours.push(hour)),
      );
    expect(play).toThrow('more than 21600000 ms');
    expect(hours).toHaveLength(6);
  });

  it('lets what takes just as long end', () => {
    const { scheduler, time } = made({ endsAfterMs: 60 });
    scheduler.run(({ expectObservable }) => {
      expectObservable(timer(60, time.scheduler)).toBe('60ms (a|)', { a: 0 });
    });
    const other = made({ endsAfterMs: 59 });
    expect(() => other.scheduler.run(() => timer(60, other.time.scheduler).subscribe())).toThrow(
      'more than 59 ms',
    );
  });

  it('counts the repetitions of a timer too', () => {
    const { scheduler, time } = made({ endsAfterMs: 100 });
    const ticks: number[] = [];
    const play = () =>
      scheduler.run(() => interval(30, time.scheduler).subscribe((tick) => ticks.push(tick)));
    expect(play).toThrow('more than 100 ms');
    expect(ticks).toEqual([0, 1, 2]);
  });

  it('leaves other schedulers to whoever flushes them', () => {
    const scheduler = new VirtualTimeScheduler(undefined, 100_000_000);
    const time = virtualTime(scheduler);
    const ticks: number[] = [];
    interval(90_000_000, time.scheduler).subscribe((tick) => ticks.push(tick));
    scheduler.flush();
    expect(ticks).toEqual([0]);
  });
});
