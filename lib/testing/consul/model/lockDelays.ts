import type { ConsulState, ModelLockDelay, ModelSession } from './state.js';

/** Consul clamps a lock-delay when it applies, and shows it as it was asked for. */
const maxLockDelayNs = 60_000_000_000n;

/** For how long the keys of a session that ends cannot be acquired, in milliseconds. */
function lockDelayMs({ lockDelayNs }: ModelSession): number {
  const clampedNs = lockDelayNs > maxLockDelayNs ? maxLockDelayNs : lockDelayNs;
  return Number(clampedNs) / 1e6;
}

/** Bars the keys from now on, for as long as the session says. */
export function armLockDelay(
  state: ConsulState,
  session: ModelSession,
  keys: readonly string[],
  nowMs: number,
): ConsulState {
  const delayMs = lockDelayMs(session);
  if (delayMs <= 0) return state;
  const lockDelays = new Map(state.lockDelays);
  for (const key of keys) {
    const running = (state.lockDelays.get(key)?.timersMs ?? []).filter((atMs) => atMs > nowMs);
    lockDelays.set(key, lockDelayFrom(nowMs, delayMs, running));
  }
  return { ...state, lockDelays };
}

const lockDelayFrom = (
  sinceMs: number,
  delayMs: number,
  before: readonly number[] = [],
): ModelLockDelay => ({ sinceMs, delayMs, timersMs: [...before, sinceMs + delayMs] });

/**
 * What a server knows of lock-delays that has just started: it reads the whole log again, and each
 * session's end in it bars its keys anew, as if it were now.
 */
export const replayLockDelays = (state: ConsulState, nowMs: number): ConsulState => ({
  ...state,
  lockDelays: new Map(
    [...state.lockDelays].map(([key, { delayMs }]) => [key, lockDelayFrom(nowMs, delayMs)]),
  ),
});

/**
 * Whether a lock-delay bars the key now. It does not at the very millisecond at which it ends.
 *
 * Consul sets a timer with each lock-delay, which ends whatever lock-delay the key has by then. So one that
 * began while the timer of another still ran ends too early: seen on 1.8.7, on a server that had started
 * within the lock-delay.
 */
export function isDelayed(state: ConsulState, key: string, nowMs: number): boolean {
  const delay = state.lockDelays.get(key);
  return delay?.timersMs.some((atMs) => atMs > delay.sinceMs && atMs <= nowMs) === false;
}
