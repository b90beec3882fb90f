import type { Chance } from '../../../ports/chance.js';

/** A whole number, both bounds included. */
export function between(chance: Chance, least: number, most: number): number {
  return least + Math.floor(chance() * (most - least + 1));
}

/** One of the values, each as likely as the others. */
export function oneOf<T>(chance: Chance, values: readonly T[]): T {
  return values[Math.floor(chance() * values.length)] as T;
}
