import { elapsedMs, type Instant } from '../ports/instant.js';

/** How long a process may believe in what it has confirmed. */
export interface LeaseTiming {
  /** Duration of the lease, in milliseconds, from the moment the proving request was sent. */
  readonly leaseMs: number;
  /** How long before its end leadership is given up, in milliseconds. */
  readonly stopBudgetMs: number;
}

/**
 * Milliseconds for which leadership may still be claimed; zero or less once it must not be.
 *
 * It counts from `sentAt`, not from the answer: the lock was seen held at some moment not before
 * that, and nobody else takes it for the lock-delay after it is lost, which is longer: see `freeLockOf`.
 */
export function remainingMs(timing: LeaseTiming, sentAt: Instant, now: Instant): number {
  return timing.leaseMs - timing.stopBudgetMs - elapsedMs(sentAt, now);
}
