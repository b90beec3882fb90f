import * as t from 'io-ts';
import { OptionType, optionGroup } from './optionCodec.js';
import { milliseconds, numberBetween } from './optionTypes.js';

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
  'Give an object of delays, or false to let the first failure error the stream.',
);

type Retry = t.TypeOf<typeof delays> | false;

/** Decodes `RetryOptions` or `false`. */
export const retryOptionsCodec = new OptionType<Retry>(
  'retry options or false',
  (value): value is Retry => value === false || delays.is(value),
  (value, context) => (value === false ? t.success(value) : delays.validate(value, context)),
  'shown',
);
