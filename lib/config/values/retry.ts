import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { OptionType, optionGroup } from '../decoding/optionType.js';
import { milliseconds, numberBetween } from '../decoding/optionTypes.js';
import { optionProblem } from '../decoding/problems.js';
import type { Validated } from '../decoding/validated.js';
import type { RetryOptions } from '../model/options.js';
import type { Backoff } from '../model/settings.js';

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

/** A day: nobody means more, and timers of Node fire at once beyond 2^31 ms. */
const maxDelayMs = 86_400_000;

const retryProps = {
  initialDelayMs: milliseconds(1, maxDelayMs),
  maxDelayMs: milliseconds(1, maxDelayMs),
  factor: numberBetween(1, 1_000),
};

/** The names of the options under `retry`. */
export const retryOptionNames: readonly string[] = Object.keys(retryProps);

const delays = optionGroup(
  t.readonly(t.partial(retryProps)),
  { own: retryOptionNames },
  'Give an object of delays, or false to end the stream with the first error.',
);

type Retry = t.TypeOf<typeof delays> | false;

/** Decodes `RetryOptions` or `false`. */
export const retryOptionsCodec = new OptionType<Retry>(
  'retry options or false',
  (value): value is Retry => value === false || delays.is(value),
  (value, context) => (value === false ? t.success(value) : delays.validate(value, context)),
  'shown',
);
