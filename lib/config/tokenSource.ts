import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import { environmentVariable, type Environment, type Given, givenInCode } from './environment.js';
import { filePathProblems } from './filePath.js';
import { hiddenProblem } from './optionProblem.js';
import type { ConsulOptions } from './options.js';
import type { TokenSource } from './settings.js';
import { validatedBy, type Validated } from './validated.js';

/**
 * Where the token comes from. Token and file answer one question, so either in code beats both in
 * the environment. Of the two variables the file wins, as in Consul's own client.
 */
export function resolveTokenSource(
  options: ConsulOptions,
  environment: Environment,
  path: string,
): Validated<TokenSource> {
  if (options.token !== undefined && options.tokenFile !== undefined) {
    const expected = `Give either ${path}token or ${path}tokenFile, not both.`;
    return E.left([hiddenProblem(`${path}token`, expected)]);
  }
  return (
    chosen(
      givenInCode(`${path}tokenFile`, options.tokenFile),
      givenInCode(`${path}token`, options.token),
    ) ??
    chosen(
      environmentVariable(environment, 'CONSUL_HTTP_TOKEN_FILE'),
      environmentVariable(environment, 'CONSUL_HTTP_TOKEN'),
    ) ??
    E.right({ kind: 'none' })
  );
}

function chosen(
  file: O.Option<Given<string>>,
  token: O.Option<Given<string>>,
): Validated<TokenSource> | undefined {
  return pipe(
    file,
    O.map(fileSource),
    O.alt(() => pipe(token, O.map(valueSource))),
    O.toUndefined,
  );
}

function fileSource(file: Given<string>): Validated<TokenSource> {
  return validatedBy(filePathProblems(file, 'the token itself goes into the token option'), () => ({
    kind: 'file',
    path: file.value,
  }));
}

function valueSource({ field, value }: Given<string>): Validated<TokenSource> {
  // Blanks at the ends are legal in a header and lost on the way, so they are refused as well.
  const fits = /^[\x20-\x7e]+$/.test(value) && value === value.trim();
  const expected =
    'Give a token of printable ASCII characters, without a line break or a space at its ends.';
  return validatedBy(fits ? [] : [hiddenProblem(field, expected)], () => ({
    kind: 'value',
    token: value,
  }));
}
