import type * as t from 'io-ts';
import type { OptionProblem } from '../errors.js';
import { type Disclosure, OptionType } from './optionCodec.js';
import { printedType, printedValue } from './printedValue.js';

/** What a decoder found wrong, as problems with the path of each field before it. */
export function decodingProblems(errors: t.Errors): readonly OptionProblem[] {
  return errors.map((error) => {
    const type = error.context.at(-1)?.type;
    return {
      field: fieldOf(error.context),
      value: shown(error.value, type instanceof OptionType ? type.disclosure : 'type-only'),
      expected: error.message ?? `Give ${type?.name ?? 'another value'}.`,
    };
  });
}

function fieldOf(context: t.Context): string {
  const keys = context.map(({ key }) => key).filter((key) => key !== '');
  return keys.length === 0 ? 'options' : keys.map(printedKey).join('.');
}

// A problem is one line of the message, so a name with a line break in it is quoted.
function printedKey(key: string): string {
  return /^[\w.$-]{1,80}$/.test(key) ? key : printedValue(key);
}

function shown(value: unknown, disclosure: Disclosure): string {
  if (disclosure === 'hidden') return '(hidden)';
  return disclosure === 'shown' ? printedValue(value) : printedType(value);
}
