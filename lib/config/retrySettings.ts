import * as E from 'fp-ts/lib/Either.js';
import { optionProblem } from './optionProblem.js';
import type { RetryOptions } from './options.js';
import type { Backoff } from './settings.js';
import type { Validated } from './validated.js';

/** What `defaultBackoff` is to those who use the operators alone; a spec holds the two together. */
export const defaultRetry: Backoff = { initialDelayMs: 100, maxDelayMs: 5_000, factor: 2 };

/** Completes the delays between tries; `undefined` stands for none, that is for letting it crash. */
export function resolveRetry(
  retry: RetryOptions | false | undefined,
): Validated<Backoff | undefined> {
  if (retry === false) return E.right(undefined);
  const { initialDelayMs, maxDelayMs, factor } = retry ?? {};
  if (initialDelayMs !== undefined && maxDelayMs !== undefined && maxDelayMs < initialDelayMs) {
    const expected = `Give at least retry.initialDelayMs, which is ${initialDelayMs}.`;
    return E.left([optionProblem('retry.maxDelayMs', maxDelayMs, expected)]);
  }
  return E.right({
    initialDelayMs: initialDelayMs ?? Math.min(defaultRetry.initialDelayMs, maxDelayMs ?? Infinity),
    maxDelayMs: maxDelayMs ?? Math.max(defaultRetry.maxDelayMs, initialDelayMs ?? 0),
    factor: factor ?? defaultRetry.factor,
  });
}
