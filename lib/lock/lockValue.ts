import * as E from 'fp-ts/lib/Either.js';
import * as J from 'fp-ts/lib/Json.js';
import type { JsonObject } from '../config/model/json.js';
import { timingLimits } from '../config/timing/timingLimits.js';

/** What the value of a held lock says of its holder. */
export interface LockValue {
  /** The holder's lock-delay, in milliseconds; `undefined` where another client wrote the value. */
  readonly lockDelayMs: number | undefined;
  /** What the holder says of itself: an object, or the text that another client wrote. */
  readonly metadata: JsonObject | string | undefined;
}

/**
 * The value of a key while a process holds its lock.
 *
 * It says the holder's lock-delay, since the holder's lease is made for that one: a contender with a shorter
 * lock-delay of its own waits for the longer of the two before it takes an abandoned lock; see `freeLockOf`.
 */
export const lockValue = (lockDelayMs: number, metadata: JsonObject | undefined): string =>
  JSON.stringify({ lockDelayMs, metadata });

/** What a value says; what other clients write is shown as it is. */
export function readLockValue(value: string): LockValue {
  if (value === '') return { lockDelayMs: undefined, metadata: undefined };
  const parsed = J.parse(value);
  if (E.isLeft(parsed) || !isObject(parsed.right))
    return { lockDelayMs: undefined, metadata: value };
  const { lockDelayMs, metadata, ...others } = parsed.right;
  const isOurs =
    isLockDelay(lockDelayMs) &&
    (metadata === undefined || isObject(metadata)) &&
    Object.keys(others).length === 0;
  return isOurs ? { lockDelayMs, metadata } : { lockDelayMs: undefined, metadata: parsed.right };
}

const { min, max } = timingLimits.lockDelayMs;

/** What Consul would not take as a lock-delay, no session of a holder has. */
const isLockDelay = (value: unknown): value is number =>
  typeof value === 'number' && value >= min && value <= max;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
