import { sequenceS } from 'fp-ts/lib/Apply.js';
import * as E from 'fp-ts/lib/Either.js';
import type { Semigroup } from 'fp-ts/lib/Semigroup.js';
import type { OptionProblem } from '../../errors.js';

/** A value, or everything that is wrong with what it was to be made of. */
export type Validated<A> = E.Either<readonly OptionProblem[], A>;

// fp-ts has it in ReadonlyArray, a module so large that it is felt when this package is loaded.
const oneAfterTheOther: Semigroup<readonly OptionProblem[]> = {
  concat: (first, second) => [...first, ...second],
};

/** Combines the parts of a record and gathers the problems of all of them. */
export const validatedRecord = sequenceS(E.getApplicativeValidation(oneAfterTheOther));

/** The value if there is no problem. */
export function validatedBy<A>(problems: readonly OptionProblem[], value: () => A): Validated<A> {
  return problems.length > 0 ? E.left(problems) : E.right(value());
}

/** A value without problems. */
export const validatedSuccess = <A>(value: A): Validated<A> => E.right(value);

/** Puts problems found before in front of those of a value; with any of them there is no value. */
export function afterProblems<A>(
  earlier: readonly OptionProblem[],
  validated: Validated<A>,
): Validated<A> {
  const later = E.isLeft(validated) ? validated.left : [];
  return earlier.length > 0 ? E.left([...earlier, ...later]) : validated;
}
