import * as E from 'fp-ts/lib/Either.js';
import type * as t from 'io-ts';
import type { OptionProblem } from '../../errors.js';
import { type Disclosure, OptionType } from './optionType.js';
import { printedType, printedValue } from './problems.js';

/** Options of which each has its type, and what was wrong with those that had to be left out. */
export interface DecodedOptions<A> {
  readonly options: Partial<A>;
  readonly problems: readonly OptionProblem[];
  /** Paths of the options that were left out. */
  readonly refused: ReadonlySet<string>;
}

/**
 * Decodes options and leaves out what was refused, so that the rest can be judged further and one
 * mistake does not hide the next.
 */
export function decodeOptions<A>(codec: OptionType<A>, options: unknown): DecodedOptions<A> {
  const decoded = codec.decode(options);
  if (E.isRight(decoded)) return { options: decoded.right, problems: [], refused: new Set() };
  const problems = decodingProblems(decoded.left);
  const refused = new Set(problems.map(({ field }) => field));
  return { options: without(options, refused, ''), problems, refused };
}

function without(options: unknown, refused: ReadonlySet<string>, path: string): object {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) return {};
  const entries = Object.entries(options)
    .filter(([name]) => !refused.has(path + name))
    .map(([name, value]: readonly [string, unknown]) => {
      const below = `${path}${name}.`;
      const isMixed = [...refused].some((field) => field.startsWith(below));
      return [name, isMixed ? without(value, refused, below) : value] as const;
    });
  return Object.fromEntries(entries);
}

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
