import { timer } from 'rxjs';
import { virtualTime } from '../../lib/testing/index.js';
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
