/**
 * A moment as two clocks saw it. Neither suffices alone: the monotonic clock stands still while the
 * machine is suspended, the wall clock can be set back.
 */
export interface Instant {
  /** Milliseconds on a clock that never goes back. Its origin means nothing. */
  readonly monotonicMs: number;
  /** Milliseconds since 1970 as the machine believes. */
  readonly wallMs: number;
}

/**
 * Milliseconds from one moment to a later one: the larger of what the two clocks say.
 *
 * A suspended machine shows on the wall clock only, a wall clock set back on the monotonic one only.
 * A wall clock that jumps forward makes the result too large, which ends a lease early and never late.
 *
 * @example
 * ```ts
 * // The machine was suspended for a minute.
 * const before = { monotonicMs: 5_000, wallMs: 1_700_000_000_000 };
 * const after = { monotonicMs: 7_000, wallMs: 1_700_000_062_000 };
 * console.log(elapsedMs(before, after)); // => 62000
 * ```
 */
export function elapsedMs(from: Instant, to: Instant): number {
  return Math.max(to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);
}

/** The moment that many milliseconds after another one. */
export const later = ({ monotonicMs, wallMs }: Instant, byMs: number): Instant => ({
  monotonicMs: monotonicMs + byMs,
  wallMs: wallMs + byMs,
});
