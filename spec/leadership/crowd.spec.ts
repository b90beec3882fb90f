import fc from 'fast-check';
import { longestSpreadMs } from '../../lib/config/longestPauses.js';
import { afterVacancy, noCrowd, type Crowd } from '../../lib/leadership/crowd.js';

const won = { afterMs: 2, beaten: false, answeredInMs: 2 };
const beaten = { afterMs: 2, beaten: true, answeredInMs: 2 };
const crowd = (windowMs: number, roundTripMs = 2): Crowd => ({ windowMs, roundTripMs });

describe('a contender that learns how many others there are', () => {
  it('tries at once before it was ever beaten', () => {
    expect(noCrowd.windowMs).toBe(0);
    expect(afterVacancy(noCrowd, won).windowMs).toBe(0);
  });

  it('spreads its attempts over sixteen round trips once it was', () => {
    expect(afterVacancy(noCrowd, beaten)).toEqual(crowd(32));
  });

  it('takes a vacancy for the round trip where none of its own was answered', () => {
    const overtaken = { afterMs: 3, beaten: true, answeredInMs: undefined };
    expect(afterVacancy(noCrowd, overtaken)).toEqual(crowd(48, 3));
    expect(afterVacancy(crowd(48, 2), overtaken).roundTripMs).toBe(2);
  });

  it('widens the window where the lock was taken sooner than in three round trips', () => {
    expect(afterVacancy(crowd(32), { ...beaten, afterMs: 3 }).windowMs).toBe(64);
  });

  it('widens it by a factor of eight at most', () => {
    expect(afterVacancy(crowd(20), { ...beaten, afterMs: 0.1 }).windowMs).toBe(160);
  });

  it('narrows it where the lock was taken later, by a factor of four at most', () => {
    expect(afterVacancy(crowd(200), { ...won, afterMs: 12 }).windowMs).toBe(100);
    expect(afterVacancy(crowd(200), { ...won, afterMs: 200 }).windowMs).toBe(50);
  });

  it('tries at once again where the window would keep nobody apart', () => {
    expect(afterVacancy(crowd(32), { ...won, afterMs: 20 }).windowMs).toBe(0);
  });

  it('learns nothing from a lock that was taken before it took it for free', () => {
    expect(afterVacancy(crowd(32), { ...beaten, afterMs: -5 })).toEqual(crowd(32));
  });

  it('never waits longer than a quarter of a second, whatever happens', () => {
    const ends = fc.record({
      afterMs: fc.double({ min: -1e4, max: 1e6, noNaN: true }),
      beaten: fc.boolean(),
      answeredInMs: fc.option(fc.double({ min: 0.01, max: 1e5, noNaN: true }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(ends), (vacancies) => {
        const { windowMs } = vacancies.reduce(afterVacancy, noCrowd);
        expect(windowMs).toBeGreaterThanOrEqual(0);
        expect(windowMs).toBeLessThanOrEqual(longestSpreadMs);
      }),
    );
  });
});
