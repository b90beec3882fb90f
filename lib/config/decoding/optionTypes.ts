import { option, type OptionType } from './optionType.js';

/** A whole number of milliseconds within bounds, both included. */
export function milliseconds(min: number, max: number): OptionType<number> {
  return option(
    (value): value is number =>
      typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max,
    `Give a whole number of milliseconds from ${min} to ${max}.`,
    'shown',
    ofString,
  );
}

/** A setting that was read from the environment or a file is a string, which is easily forgotten. */
function ofString(value: unknown): string | undefined {
  const isNumeric = typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value);
  return isNumeric ? `This is a string. Give the number ${Number(value)}.` : undefined;
}

/** A finite number within bounds, both included. */
export function numberBetween(min: number, max: number): OptionType<number> {
  return option(
    (value): value is number => typeof value === 'number' && value >= min && value <= max,
    `Give a number from ${min} to ${max}.`,
    'shown',
    ofString,
  );
}

export const booleanType: OptionType<boolean> = option(
  (value): value is boolean => typeof value === 'boolean',
  'Give true or false.',
);

/** An unsigned number of 64 bits, as the flags of a key are. */
export const uint64: OptionType<bigint> = option(
  (value): value is bigint => typeof value === 'bigint' && value >= 0n && value < 1n << 64n,
  'Give a bigint from 0n to 18446744073709551615n: flags are unsigned 64-bit numbers.',
);

export const isNonEmptyString = (value: unknown): value is string =>
  typeof value === 'string' && value !== '';

/** A string that is not empty; `what` names it. */
export function text(what: string): OptionType<string> {
  return option(
    isNonEmptyString,
    `Give ${what} as a string that is not empty, or leave the option out.`,
  );
}

/** Like {@link text}, but no problem ever shows the value. */
export function secretText(what: string): OptionType<string> {
  return option(
    isNonEmptyString,
    `Give ${what} as a string that is not empty, or leave the option out.`,
    'hidden',
  );
}

/** An object with these functions. */
export function objectWithMethods<A>(
  methods: readonly (keyof A & string)[],
  what: string,
): OptionType<A> {
  return option(
    (value): value is A =>
      typeof value === 'object' &&
      value !== null &&
      methods.every((name) => typeof (value as Record<string, unknown>)[name] === 'function'),
    `Give ${what}: an object with the functions ${methods.join(' and ')}.`,
    'type-only',
  );
}

/** A function. */
export function functionType<A extends (...args: never[]) => unknown>(what: string): OptionType<A> {
  return option((value): value is A => typeof value === 'function', `Give ${what}.`, 'type-only');
}
