import { planOf } from '../../../lib/testing/index.js';

describe('the clocks of a simulated world', () => {
  it('differ by no more than the drift, each from each, and from Consul’s both ways', () => {
    const worlds = Array.from({ length: 200 }, (_, index) => planOf(index + 1));
    for (const { rates, timing } of worlds) {
      const all = [1, ...rates];
      expect(Math.max(...all) - Math.min(...all)).toBeLessThanOrEqual(timing.clockDrift!);
    }
    const rates = worlds.flatMap((world) => world.rates);
    expect(Math.min(...rates)).toBeLessThan(0.96);
    expect(Math.max(...rates)).toBeGreaterThan(1.04);
  });
});
