import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as t from 'io-ts';
import { keyProblems } from '../../config/values/key.js';
import { option, OptionType } from '../../config/decoding/optionType.js';
import { functionType, booleanType } from '../../config/decoding/optionTypes.js';
import { optionProblem } from '../../config/decoding/problems.js';
import { decodeOptions } from '../../config/decoding/decodeOptions.js';
import { timingLimits } from '../../config/timing/timingLimits.js';
import { afterProblems, validatedBy, type Validated } from '../../config/decoding/validated.js';
import type { ExpConsulOptions, ExpLeaderElectionOptions } from './options.js';

const { sessionTtlMs } = timingLimits;

const host = option(
  (value): value is string =>
    typeof value === 'string' && !/[/@?#\\\s]/.test(value) && URL.canParse(`http://${value}:8500`),
  'Give only the name or IP address of the agent, such as consul.example or [::1]; use port and secure for the rest.',
  // Whoever gives an address instead may have put a password into it.
  'hidden',
);

const port = numeric(
  (value) => Number.isInteger(value) && value >= 1 && value <= 65_535,
  'Give a port from 1 to 65535.',
);

const token = option(
  (value): value is string => typeof value === 'string' && /^[\x21-\x7e]+$/.test(value),
  'Give the token as a string of visible ASCII characters: it is sent in a header.',
  'hidden',
);

const ttl = numeric(
  (value) => value * 1_000 >= sessionTtlMs.min && value * 1_000 <= sessionTtlMs.max,
  `Give seconds from ${sessionTtlMs.min / 1_000} to ${sessionTtlMs.max / 1_000}, Consul's own bounds.`,
);

const lockDelay = numeric(
  (value) => Number.isFinite(value) && value >= 0,
  'Give a number of seconds, at least 0.',
);

const readWait = numeric(
  (value) => Number.isFinite(value) && value > 0,
  'Give a number of seconds above 0.',
);

const consul = group<ExpConsulOptions>(
  t.readonly(
    t.partial({
      ...{ host: orUnset(host), port: orUnset(port), token: orUnset(token) },
      ...{ secure: booleanType, ttl, lockDelay, readWait },
    }),
  ),
  'Give an object of options, for example { host: "consul.example" }.',
);

const debug = functionType<(...values: unknown[]) => void>('a function such as console.log');

const codec = group<Partial<ExpLeaderElectionOptions>>(
  t.readonly(t.partial({ debug, consul })),
  'Give an object of options with at least a `key`.',
);

/** The options as they were given, or everything that is wrong with them. */
export function checkedOptions(options: unknown): Validated<ExpLeaderElectionOptions> {
  const { options: sound, problems } = decodeOptions(codec, options);
  return afterProblems(
    problems,
    pipe(
      keyOf(options),
      E.map((key) => ({ ...sound, key })),
    ),
  );
}

function keyOf(options: unknown): Validated<string> {
  const { key } = (options ?? {}) as Partial<Record<string, unknown>>;
  if (typeof key === 'string' && key !== '') return validatedBy(keyProblems(key), () => key);
  return E.left([
    optionProblem('key', key, 'Give the key to contend for, for example `locks/my-service`.'),
  ]);
}

/** A number, or text that reads as one, as it comes from the environment. */
function numeric(
  accepts: (value: number) => boolean,
  expected: string,
): OptionType<number | string> {
  return option(
    (value): value is number | string =>
      (typeof value === 'number' || (typeof value === 'string' && value.trim() !== '')) &&
      accepts(Number(value)),
    expected,
  );
}

/** What the old package passed over, so that a variable which is not set can be handed on. */
export function isUnset(value: unknown): value is undefined {
  return value === undefined || value === null || value === '' || value === 0;
}

function orUnset<A>(type: OptionType<A>): OptionType<A | undefined> {
  return option(
    (value): value is A | undefined => isUnset(value) || type.is(value),
    type.name,
    type.disclosure,
  );
}

/** The codec of an object of options. Names that it does not know are let through. */
function group<A>(shape: Pick<t.Type<A>, 'is' | 'validate'>, expected: string): OptionType<A> {
  return new OptionType<A>(
    expected,
    shape.is,
    (value, context) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? shape.validate(value, context)
        : t.failure(value, context, expected),
    'type-only',
  );
}
