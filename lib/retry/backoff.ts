import type { Backoff } from '../config/model/settings.js';

/** The delays when no others are asked for: up to 100 ms at first, doubling up to 5 s. */
export const defaultBackoff: Backoff = { initialDelayMs: 100, maxDelayMs: 5_000, factor: 2 };

/** The same delays, but none above a bound. */
export function capped(backoff: Backoff = defaultBackoff, maxDelayMs: number): Backoff {
  return { ...backoff, maxDelayMs: Math.min(backoff.maxDelayMs, maxDelayMs) };
}

/**
 * The delay before the next try, in milliseconds: exponential, with full jitter.
 *
 * Full jitter (a uniform draw from zero to the bound) spreads clients that failed together best.
 * Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param backoff - bounds and growth
 * @param failures - failures in a row, 1 or more
 * @param random - a number in `[0, 1)`
 */
export function backoffDelayMs(backoff: Backoff, failures: number, random: number): number {
  const growth = Math.pow(backoff.factor, failures - 1);
  return Math.floor(random * Math.min(backoff.maxDelayMs, backoff.initialDelayMs * growth));
}
