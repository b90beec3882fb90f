import { longestProbePauseMs } from '../config/timing/bounds.js';
import type { Timing } from '../config/model/settings.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import type { FreeLock } from './freeLock.js';

/** The least time between tries when it is not known how long a lock-delay still lasts. */
const minProbeMs = 100;

/** The least time between tries when the lock-delay must end any moment. */
const minLastProbeMs = 20;

/**
 * How long to wait for the end of a lock-delay, which is that of the last holder's session. Where its beginning was seen, its end is known but for
 * the drift of the clocks: one that runs fast is there too early, and then tries a few times.
 */
export function lockDelayWaitMs(
  timing: Timing,
  { freeSince, holderLockDelayMs }: FreeLock,
  now: Instant,
): number {
  const lockDelayMs = holderLockDelayMs ?? timing.lockDelayMs;
  const probeMs = Math.min(Math.max(lockDelayMs / 10, minProbeMs), longestProbePauseMs);
  if (!freeSince) return probeMs;
  const driftMs = lockDelayMs * timing.clockDrift;
  const restMs = lockDelayMs - elapsedMs(freeSince, now);
  if (restMs > 0) return restMs;
  return restMs > -driftMs ? Math.max(minLastProbeMs, driftMs / 4) : probeMs;
}
