import type { Timing } from './settings.js';

/**
 * The longest pause between a proof of the lock that failed and the next try, in milliseconds,
 * whatever `retry` says: its delays may grow far beyond what a lease can bear.
 */
export function longestProofPauseMs(timing: Pick<Timing, 'evidenceIntervalMs'>): number {
  return timing.evidenceIntervalMs / 2;
}

/** The longest pause between a renewal that failed and the next try, in milliseconds. */
export function longestRenewalPauseMs(timing: Pick<Timing, 'renewIntervalMs'>): number {
  return timing.renewIntervalMs;
}

/** The longest pause between two looks at a lock-delay of which the beginning is unknown, in milliseconds. */
export const longestProbePauseMs = 1_000;
