import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import { environmentVariable, type Environment, type Given, givenInCode } from './environment.js';
import { hiddenProblem } from './optionProblem.js';
import type { ConsulOptions } from './options.js';
import type { ConsulSettings } from './settings.js';
import { validatedBy, validatedSuccess, type Validated } from './validated.js';

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
function parseBasicAuth({ field, value }: Given<string>): Validated<BasicAuth | undefined> {
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
