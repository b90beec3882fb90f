import fc from 'fast-check';
import { longestSpreadMs } from '../../lib/config/timing/bounds.js';
import {
  adjustContention,
  noContention,
  type Contention,
} from '../../lib/leadership/contention.js';

const won = { afterMs: 2, answeredInMs: 2, isBeaten: false, isRefused: false };
const overtaken = { afterMs: 2, answeredInMs: undefined, isBeaten: true, isRefused: false };
const refused = { afterMs: 2, answeredInMs: 2, isBeaten: true, isRefused: true };
const contention = (windowMs: number, roundTripMs = 2): Contention => ({ windowMs, roundTripMs });

describe('a contender that learns how many others there are', () => {
  it('tries at once before it was ever beaten', () => {
    expect(noContention.windowMs).toBe(0);
    expect(adjustContention(noContention, won).windowMs).toBe(0);
  });

  it('spreads its attempts over sixteen round trips once it was', () => {
    expect(adjustContention(noContention, refused)).toEqual(contention(32));
  });

  it('takes the time for which a lock was free for the round trip where none of its own was answered', () => {
    expect(adjustContention(noContention, { ...overtaken, afterMs: 3 })).toEqual(contention(48, 3));
    expect(adjustContention(contention(48, 2), { ...overtaken, afterMs: 3 }).roundTripMs).toBe(2);
  });

  it('goes by its latest round trips, since an answer takes longer where many ask', () => {
    expect(adjustContention(contention(48, 2), { ...won, answeredInMs: 6 }).roundTripMs).toBe(4);
  });

  it('widens the window where the lock was taken sooner than in four round trips', () => {
    expect(adjustContention(contention(32), { ...overtaken, afterMs: 4 }).windowMs).toBe(64);
  });

  it('widens it by a factor of eight at most', () => {
    expect(adjustContention(contention(20), { ...overtaken, afterMs: 0.1 }).windowMs).toBe(160);
  });

  it('narrows it where it took the lock later, by a factor of four at most', () => {
    expect(adjustContention(contention(200), { ...won, afterMs: 16 }).windowMs).toBe(100);
    expect(adjustContention(contention(200), { ...won, afterMs: 200 }).windowMs).toBe(50);
  });

  it('does not narrow it after a defeat: the news of it may have been late', () => {
    expect(adjustContention(contention(200), { ...overtaken, afterMs: 200 }).windowMs).toBe(200);
  });

  it('widens it after a refusal, however late that was', () => {
    expect(adjustContention(contention(40), { ...refused, afterMs: 200 }).windowMs).toBe(80);
  });

  it('tries at once again where the window would keep nobody apart', () => {
    expect(adjustContention(contention(32), { ...won, afterMs: 20 }).windowMs).toBe(0);
  });

  it('learns nothing from a lock that was taken before it took it for free', () => {
    expect(adjustContention(contention(32), { ...overtaken, afterMs: -5 })).toEqual(contention(32));
  });

  it('never waits longer than a second, whatever happens', () => {
    const ends = fc.record({
      afterMs: fc.double({ min: -1e4, max: 1e6, noNaN: true }),
      isBeaten: fc.boolean(),
      isRefused: fc.boolean(),
      answeredInMs: fc.option(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(ends), (ends) => {
        const { windowMs } = ends.reduce(adjustContention, noContention);
        expect(windowMs).toBeGreaterThanOrEqual(0);
        expect(windowMs).toBeLessThanOrEqual(longestSpreadMs);
      }),
    );
  });
});
