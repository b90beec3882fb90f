import * as E from 'fp-ts/lib/Either.js';
import { type ElectionErrorOf, electionError, type OptionProblem } from '../errors.js';
import type { Validated } from './validated.js';

/** One error that lists every problem, a line each. */
export function invalidOptions(
  problems: readonly OptionProblem[],
): ElectionErrorOf<'INVALID_OPTIONS'> {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  const lines = problems.map(({ field, value, expected }) => `- ${field} = ${value}: ${expected}`);
  return electionError('INVALID_OPTIONS', {
    message: [`The options have ${count}:`, ...lines].join('\n'),
    details: { problems },
    retryable: false,
  });
}

/** The value, or the error of all problems thrown. */
export function settledOrThrown<A>(validated: Validated<A>): A {
  if (E.isRight(validated)) return validated.right;
  throw invalidOptions(validated.left);
}
