import type { Chance } from '../../ports/chance.js';

/**
 * A {@link Chance} that gives the same numbers for the same seed: the generator mulberry32.
 *
 * Put the seed into the message of a failing test, and the run can be repeated.
 *
 * @param seed - Any whole number; its lowest 32 bits count.
 *
 * @example
 * ```ts
 * const election = leaderElection({ key: 'locks/reports', chance: seededChance(42) });
 * ```
 */
export function seededChance(seed: number): Chance {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    const stirred = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((stirred ^ (stirred >>> 14)) >>> 0) / 2 ** 32;
  };
}
