import type { ConsulState, ModelSession } from './state.js';

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
  const running = [...state.lockDelays].filter(([, untilMs]) => untilMs > nowMs);
  const armed = keys.map((key) => [key, nowMs + delayMs] as const);
  return { ...state, lockDelays: new Map([...running, ...armed]) };
}

/** Whether a lock-delay bars the key now. It does not at the very millisecond at which it ends. */
export function isDelayed(state: ConsulState, key: string, nowMs: number): boolean {
  return (state.lockDelays.get(key) ?? nowMs) > nowMs;
}
