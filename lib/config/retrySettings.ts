import * as E from 'fp-ts/lib/Either.js';
import { optionProblem } from './optionProblem.js';
import type { RetryOptions } from './options.js';
import type { Backoff } from './settings.js';
import type { Validated } from './validated.js';

/** Completes the delays between tries; `undefined` stands for none, that is for letting it crash. */
export function resolveRetry(
  retry: RetryOptions | false | undefined,
): Validated<Backoff | undefined> {
  if (retry === false) return E.right(undefined);
  const { initialDelayMs, maxDelayMs, factor } = retry ?? {};
  if (initialDelayMs !== undefined && maxDelayMs !== undefined && maxDelayMs < initialDelayMs) {
    const expected = `Give at least retry.initialDelayMs, which is ${initialDelayMs.toString()}.`;
    return E.left([optionProblem('retry.maxDelayMs', maxDelayMs, expected)]);
  }
  return E.right({
    initialDelayMs: initialDelayMs ?? Math.min(100, maxDelayMs ?? 100),
    maxDelayMs: maxDelayMs ?? Math.max(5_000, initialDelayMs ?? 5_000),
    factor: factor ?? 2,
  });
}
