import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { OptionProblem } from '../../errors.js';
import {
  type Environment,
  environmentVariable,
  type Sourced,
  givenInCode,
} from '../decoding/environment.js';
import { hiddenProblem } from '../decoding/problems.js';
import { type Validated, validatedBy, validatedSuccess } from '../decoding/validated.js';
import type { TlsOptions } from '../model/options.js';
import type { PemSource } from '../model/settings.js';

/** The two options and the variable that say the same thing. */
export interface PemNames {
  readonly text: 'ca' | 'cert' | 'key';
  readonly file: 'caFile' | 'certFile' | 'keyFile';
  readonly variable: string;
}

/** PEM from the text option, the file option or the variable, in this order; both options clash. */
export function resolvePem(
  options: TlsOptions,
  environment: Environment,
  path: string,
  names: PemNames,
): Validated<Sourced<PemSource> | undefined> {
  const text = givenInCode(`${path}${names.text}`, options[names.text]);
  const file = givenInCode(`${path}${names.file}`, options[names.file]);
  if (O.isSome(text) && O.isSome(file)) {
    const expected = `Give either ${text.value.field} or ${file.value.field}, not both.`;
    return E.left([hiddenProblem(text.value.field, expected)]);
  }
  return pipe(
    text,
    O.map((given) => pemText(given, names)),
    O.alt(() =>
      pipe(
        file,
        O.alt(() => environmentVariable(environment, names.variable)),
        O.map((given) => pemFile(given, names)),
      ),
    ),
    O.getOrElse(() => validatedSuccess<Sourced<PemSource> | undefined>(undefined)),
  );
}

function pemText(
  { field, value }: Sourced<string>,
  names: PemNames,
): Validated<Sourced<PemSource>> {
  const expected = `Give PEM text, which contains -----BEGIN. Put the path of a file in ${names.file}.`;
  const fits = value.includes('-----BEGIN ');
  return validatedBy(fits ? [] : [hiddenProblem(field, expected)], () => ({
    field,
    value: { kind: 'text', pem: value },
  }));
}

function pemFile(file: Sourced<string>, names: PemNames): Validated<Sourced<PemSource>> {
  return validatedBy(filePathProblems(file, `put PEM text in the option ${names.text}`), () => ({
    field: file.field,
    value: { kind: 'file', path: file.value },
  }));
}

/**
 * What cannot be the path of a file: above all the content given in its place. The value is not
 * shown, since it may well be the secret itself.
 */
export function filePathProblems(file: Sourced<string>, advice: string): readonly OptionProblem[] {
  const isContent = /[\r\n\0]/.test(file.value) || file.value.includes('-----BEGIN');
  return isContent ? [hiddenProblem(file.field, `Give the path of a file; ${advice}.`)] : [];
}
