import * as E from 'fp-ts/lib/Either.js';
import type { OptionProblem } from '../../lib/errors.js';
import type { Validated } from '../../lib/config/decoding/validated.js';

/** The problems found, or none. */
export const problemsOf = (validated: Validated<unknown>): readonly OptionProblem[] =>
  E.isLeft(validated) ? validated.left : [];

/** The fields of the problems found. */
export const fieldsOf = (validated: Validated<unknown>): readonly string[] =>
  problemsOf(validated).map(({ field }) => field);
