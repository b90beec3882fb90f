import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import { environmentVariable, type Environment, type Given, givenInCode } from './environment.js';
import { filePathProblems } from './filePath.js';
import { hiddenProblem } from './optionProblem.js';
import type { TlsOptions } from './options.js';
import type { PemSource } from './settings.js';
import { type Validated, validatedBy, validatedSuccess } from './validated.js';

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
): Validated<Given<PemSource> | undefined> {
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
    O.getOrElse(() => validatedSuccess<Given<PemSource> | undefined>(undefined)),
  );
}

function pemText({ field, value }: Given<string>, names: PemNames): Validated<Given<PemSource>> {
  const expected = `Give PEM text, which has a line -----BEGIN; the path of a file goes into ${names.file}.`;
  const fits = value.includes('-----BEGIN ');
  return validatedBy(fits ? [] : [hiddenProblem(field, expected)], () => ({
    field,
    value: { kind: 'text', pem: value },
  }));
}

function pemFile(file: Given<string>, names: PemNames): Validated<Given<PemSource>> {
  return validatedBy(filePathProblems(file, `PEM text goes into the option ${names.text}`), () => ({
    field: file.field,
    value: { kind: 'file', path: file.value },
  }));
}
