import fc from 'fast-check';
import { backoffDelayMs, capped, defaultBackoff } from '../../lib/retry/backoff.js';

const backoff = { initialDelayMs: 100, maxDelayMs: 5_000, factor: 2 };

describe('backoffDelayMs', () => {
  it('doubles the bound with each failure until the cap', () => {
    const almostOne = 1 - 1e-9;
    const bounds = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => backoffDelayMs(backoff, n, almostOne));
    expect(bounds).toEqual([99, 199, 399, 799, 1_599, 3_199, 4_999, 4_999]);
  });

  it('draws from zero up to the bound, so that clients that failed together spread', () => {
    expect(backoffDelayMs(backoff, 3, 0)).toBe(0);
    expect(backoffDelayMs(backoff, 3, 0.5)).toBe(200);
  });

  it('stays between zero and the cap however many failures there were', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0, max: 0.999 }),
        (n, r) => {
          const delayMs = backoffDelayMs(backoff, n, Number.isNaN(r) ? 0 : r);
          expect(delayMs).toBeGreaterThanOrEqual(0);
          expect(delayMs).toBeLessThanOrEqual(backoff.maxDelayMs);
        },
      ),
    );
  });
});

describe('capped', () => {
  it('lowers the cap and never raises it', () => {
    expect(capped(backoff, 700).maxDelayMs).toBe(700);
    expect(capped(backoff, 70_000).maxDelayMs).toBe(5_000);
    expect(capped(undefined, 300)).toEqual({ ...defaultBackoff, maxDelayMs: 300 });
  });
});
