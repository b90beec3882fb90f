import * as E from 'fp-ts/lib/Either.js';
import { electionError, type ElectionErrorOf, type OptionProblem } from '../../errors.js';
import type { Validated } from './validated.js';

/** A problem that shows what was given. */
export function optionProblem(field: string, value: unknown, expected: string): OptionProblem {
  return { field, value: printedValue(value), expected };
}

/** A problem with something secret: the value is not shown. */
export function hiddenProblem(field: string, expected: string): OptionProblem {
  return { field, value: '(hidden)', expected };
}

const MAX_SHOWN = 80;

/**
 * A value as a problem shows it, on one line: numbers and short strings as they are, of everything
 * else only the type, since an object may hold a secret.
 */
export function printedValue(value: unknown): string {
  if (typeof value === 'string') return printedString(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) {
    return Object.is(value, -0) ? '-0' : String(value);
  }
  return printedType(value);
}

/** Only the type of a value. */
export function printedType(value: unknown): string {
  if (value === undefined) return '(nothing)';
  if (value === null) return '(null)';
  if (Array.isArray(value)) return '(a list)';
  return typeof value === 'object' ? '(an object)' : `(a ${typeof value})`;
}

function printedString(value: string): string {
  const shown = value.length > MAX_SHOWN ? `${value.slice(0, MAX_SHOWN)}…` : value;
  return JSON.stringify(shown);
}

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
export function getOrThrow<A>(validated: Validated<A>): A {
  if (E.isRight(validated)) return validated.right;
  throw invalidOptions(validated.left);
}
