import type { OptionProblem } from '../errors.js';
import type { Given } from './environment.js';
import { hiddenProblem } from './optionProblem.js';

/**
 * What cannot be the path of a file: above all the content given in its place. The value is not
 * shown, since it may well be the secret itself.
 */
export function filePathProblems(file: Given<string>, advice: string): readonly OptionProblem[] {
  const isContent = /[\r\n\0]/.test(file.value) || file.value.includes('-----BEGIN');
  return isContent ? [hiddenProblem(file.field, `Give the path of a file; ${advice}.`)] : [];
}
