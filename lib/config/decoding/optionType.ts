import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { nearestName } from './nearestName.js';

/** How much of a refused value a problem may show. */
export type Disclosure = 'shown' | 'type-only' | 'hidden';

/** A codec that knows how much of a refused value may be shown. */
export class OptionType<A> extends t.Type<A, A> {
  constructor(
    name: string,
    is: t.Is<A>,
    validate: t.Validate<unknown, A>,
    readonly disclosure: Disclosure,
  ) {
    super(name, is, validate, t.identity);
  }
}

/** The codec of one option: a predicate, and a sentence for the user when it does not hold. */
export function option<A>(
  is: (value: unknown) => value is A,
  expected: string,
  disclosure: Disclosure = 'shown',
  /** What to say instead of a value that is nearly right. */
  hint: (value: unknown) => string | undefined = () => undefined,
): OptionType<A> {
  return new OptionType(
    expected,
    is,
    (value, context) =>
      is(value) ? t.success(value) : t.failure(value, context, hint(value) ?? expected),
    disclosure,
  );
}

/** What {@link optionGroup} needs to judge names it does not know. */
export interface KnownNames {
  /** Names that belong to this group. */
  readonly own: readonly string[];
  /** Names that are let through unseen, because another codec looks at them. */
  readonly ignored?: readonly string[];
  /** Options of the groups below, as `consul.token`, to be named when one stands a level too high. */
  readonly nested?: readonly string[];
  /** Names that belong elsewhere, with a sentence that says where. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** The type whose documentation has all options, where they are too many for a message. */
  readonly listedBy?: string;
}

/** The codec of a group of options: `shape` says what each is, and unknown names are refused. */
export function optionGroup<A>(
  shape: t.Type<A>,
  names: KnownNames,
  expected: string,
): OptionType<A> {
  const known = new Set([...names.own, ...(names.ignored ?? [])]);
  return new OptionType<A>(
    expected,
    shape.is,
    (value, context) => {
      if (!isPlainRecord(value)) return t.failure(value, context, expected);
      const unknownOptions = Object.keys(value)
        .filter((name) => !known.has(name))
        .flatMap((name) => unknownName(name, value[name], context, names));
      const decoded = shape.validate(value, context);
      if (unknownOptions.length === 0) return decoded;
      return t.failures(E.isLeft(decoded) ? [...unknownOptions, ...decoded.left] : unknownOptions);
    },
    'type-only',
  );
}

function unknownName(
  name: string,
  value: unknown,
  context: t.Context,
  names: KnownNames,
): t.Errors {
  const message = `Unknown option. ${hintFor(name, names)}`;
  return [{ value, context: t.appendContext(context, name, unknownOptionCodec, value), message }];
}

function hintFor(name: string, { own, nested = [], elsewhere = {}, listedBy }: KnownNames): string {
  if (Object.hasOwn(elsewhere, name)) return String(elsewhere[name]);
  const near = nearestName(name, [...own, ...nested]);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return listedBy === undefined
    ? `The options are ${own.join(', ')}.`
    : `See the type \`${listedBy}\` for the options.`;
}

// A value under a mistyped name may be the token, so nothing of it is shown.
const unknownOptionCodec = option(
  (_value): _value is never => false,
  'a known option',
  'type-only',
);

function isPlainRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

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
