import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** Both shapes at the same place. Unlike `t.intersection` it adds nothing to the path of a field. */
export function allOf<A, B>(one: t.Type<A>, other: t.Type<B>): t.Type<A & B> {
  return new t.Type<A & B>(
    `${one.name} and ${other.name}`,
    (value): value is A & B => one.is(value) && other.is(value),
    (value, context) => {
      const errors = [one.validate(value, context), other.validate(value, context)].flatMap(
        (result) => (E.isLeft(result) ? result.left : []),
      );
      return errors.length > 0 ? t.failures(errors) : t.success(value as A & B);
    },
    t.identity,
  );
}
