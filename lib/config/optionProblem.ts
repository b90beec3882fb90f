import type { OptionProblem } from '../errors.js';
import { printedValue } from './printedValue.js';

/** A problem that shows what was given. */
export function optionProblem(field: string, value: unknown, expected: string): OptionProblem {
  return { field, value: printedValue(value), expected };
}

/** A problem with something secret: the value is not shown. */
export function hiddenProblem(field: string, expected: string): OptionProblem {
  return { field, value: '(hidden)', expected };
}
