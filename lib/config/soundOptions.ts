import * as E from 'fp-ts/lib/Either.js';
import type { OptionProblem } from '../errors.js';
import { decodingProblems } from './decodingProblems.js';
import type { OptionType } from './optionCodec.js';

/** Options of which each has its type, and what was wrong with those that had to be left out. */
export interface SoundOptions<A> {
  readonly options: Partial<A>;
  readonly problems: readonly OptionProblem[];
  /** Paths of the options that were left out. */
  readonly refused: ReadonlySet<string>;
}

/**
 * Decodes options and leaves out what was refused, so that the rest can be judged further and one
 * mistake does not hide the next.
 */
export function soundOptions<A>(codec: OptionType<A>, options: unknown): SoundOptions<A> {
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
