import type { Chance } from './chance.js';

/** A UUID drawn from the given source. */
export function randomUuid(chance: Chance): string {
  const digits = (count: number): string =>
    Array.from({ length: count }, () => Math.floor(chance() * 16).toString(16)).join('');
  return [8, 4, 4, 4, 12].map(digits).join('-');
}
