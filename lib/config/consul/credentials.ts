import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { pipe } from 'fp-ts/lib/function.js';
import {
  type Environment,
  environmentVariable,
  type Sourced,
  givenInCode,
} from '../decoding/environment.js';
import { hiddenProblem } from '../decoding/problems.js';
import { type Validated, validatedBy, validatedSuccess } from '../decoding/validated.js';
import type { ConsulOptions } from '../model/options.js';
import type { ConsulSettings, TokenSource } from '../model/settings.js';
import { filePathProblems } from './pemSource.js';

type BasicAuth = NonNullable<ConsulSettings['basicAuth']>;

/** The credentials of a proxy before Consul, if there are any. */
export function resolveBasicAuth(
  options: ConsulOptions,
  environment: Environment,
  path: string,
): Validated<BasicAuth | undefined> {
  return pipe(
    givenInCode(`${path}auth`, options.auth),
    O.alt(() => environmentVariable(environment, 'CONSUL_HTTP_AUTH')),
    O.match(() => validatedSuccess(undefined), parseBasicAuth),
  );
}

/** Everything before the first colon is the user; without a colon the password is empty, as in Go. */
function parseBasicAuth({ field, value }: Sourced<string>): Validated<BasicAuth | undefined> {
  const colon = value.indexOf(':');
  const expected = 'Give user:password without control characters.';
  // RFC 7617 forbids them in user and password.
  const fits = !/[\x00-\x1f\x7f]/.test(value);
  return validatedBy(fits ? [] : [hiddenProblem(field, expected)], () =>
    colon < 0
      ? { username: value, password: '' }
      : { username: value.slice(0, colon), password: value.slice(colon + 1) },
  );
}

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
  file: O.Option<Sourced<string>>,
  token: O.Option<Sourced<string>>,
): Validated<TokenSource> | undefined {
  return pipe(
    file,
    O.map(fileSource),
    O.alt(() => pipe(token, O.map(valueSource))),
    O.toUndefined,
  );
}

function fileSource(file: Sourced<string>): Validated<TokenSource> {
  return validatedBy(filePathProblems(file, 'put the token itself in the option `token`'), () => ({
    kind: 'file',
    path: file.value,
  }));
}

function valueSource({ field, value }: Sourced<string>): Validated<TokenSource> {
  // Blanks at the ends are legal in a header and lost on the way, so they are refused as well.
  const fits = /^[\x20-\x7e]+$/.test(value) && value === value.trim();
  const expected =
    'Give a token of printable ASCII characters, without leading or trailing spaces or line breaks.';
  return validatedBy(fits ? [] : [hiddenProblem(field, expected)], () => ({
    kind: 'value',
    token: value,
  }));
}
