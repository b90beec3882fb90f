import { seededChance } from '../../lib/testing/index.js';

const draw = (seed: number, count: number): readonly number[] => {
  const chance = seededChance(seed);
  return Array.from({ length: count }, () => chance());
};

describe('seededChance', () => {
  it('gives the same numbers for the same seed, and others for another', () => {
    expect(draw(42, 5)).toEqual(draw(42, 5));
    expect(draw(42, 5)).not.toEqual(draw(43, 5));
  });

  it('is the mulberry32 of everybody else', () => {
    expect(draw(1, 3).map((number) => Math.round(number * 2 ** 32))).toEqual([
      2_693_262_067, 11_749_833, 2_265_367_787,
    ]);
  });

  it('fills the interval from 0 to 1 evenly, without ever reaching 1', () => {
    const numbers = draw(7, 10_000);
    const tenths = numbers.map((number) => Math.floor(number * 10));
    expect(Math.max(...numbers)).toBeLessThan(1);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
    for (const tenth of Array.from({ length: 10 }).keys()) {
      const share = tenths.filter((found) => found === tenth).length;
      expect(share).toBeGreaterThan(850);
    }
  });
});
