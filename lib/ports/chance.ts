/** The port through which every random number comes: uniform in `[0, 1)`, like `Math.random`. */
export type Chance = () => number;

/** `Math.random`. Jitter needs no better source, since nothing here depends on secrecy. */
export const systemChance: Chance = () => Math.random();
