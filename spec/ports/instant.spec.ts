import { elapsedMs } from '../../lib/ports/instant.js';

const start = { monotonicMs: 1_000, wallMs: 50_000 };

describe('elapsedMs', () => {
  it('is what both clocks say while they agree', () => {
    expect(elapsedMs(start, { monotonicMs: 1_250, wallMs: 50_250 })).toBe(250);
  });

  it('follows the wall clock over a suspension, in which the monotonic clock stands still', () => {
    expect(elapsedMs(start, { monotonicMs: 1_250, wallMs: 80_000 })).toBe(30_000);
  });

  it('follows the monotonic clock when the wall clock is set back', () => {
    expect(elapsedMs(start, { monotonicMs: 1_250, wallMs: 10_000 })).toBe(250);
  });
});
