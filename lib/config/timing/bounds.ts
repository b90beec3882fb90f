import type { Timing, TtlCheckDetector } from '../model/settings.js';

/**
 * The longest pause between evidence of the lock that failed and the next try, in milliseconds,
 * whatever `retry` says: its delays may grow far beyond what a lease can bear.
 */
export function longestEvidencePauseMs(timing: Pick<Timing, 'evidenceIntervalMs'>): number {
  return timing.evidenceIntervalMs / 2;
}

/** The longest pause between a renewal that failed and the next try, in milliseconds. */
export function longestRenewalPauseMs(timing: Pick<Timing, 'renewIntervalMs'>): number {
  return timing.renewIntervalMs;
}

/** The longest pause between a pass of the check that failed and the next try, in milliseconds. */
export function longestPassPauseMs({
  passIntervalMs,
}: Pick<TtlCheckDetector, 'passIntervalMs'>): number {
  return passIntervalMs / 2;
}

/**
 * How long a pass of the check may take, in milliseconds: so that after one that is lost, the next
 * one still comes in time. The agent answers alone, so it needs less than other requests.
 */
export function passTimeoutMs(
  detector: Pick<TtlCheckDetector, 'checkTtlMs' | 'passIntervalMs'>,
  requestTimeoutMs: number,
): number {
  const leftMs = detector.checkTtlMs - detector.passIntervalMs - longestPassPauseMs(detector);
  return Math.min(requestTimeoutMs, Math.max(1, Math.floor(leftMs / 2)));
}

/** How long Consul takes at most to answer a blocking query, in milliseconds: it adds up to a sixteenth of the wait. */
export const longestHoldMs = (waitMs: number): number => Math.ceil((waitMs * 17) / 16);

/** The longest pause between two looks at a lock-delay of which the beginning is unknown, in milliseconds. */
export const longestProbePauseMs = 1_000;

/**
 * How long the creation of a session is tried at most until the servers have heard of its check, in
 * milliseconds, apart from its requests; `withSession` has the delays, and a spec holds the two together.
 */
export const checkSettling = { delaysMs: 1_620, attempts: 8 } as const;

/**
 * The longest wait of a contender before it tries to take a free lock, in milliseconds, where it has
 * learnt that many want it. A hundred that hear of each other within a millisecond need a fifth of it;
 * a hundred processes on two cores, which took 200 ms to hear, needed all of it and not 250 ms.
 */
export const longestSpreadMs = 1_000;
