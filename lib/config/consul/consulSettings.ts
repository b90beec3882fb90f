import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import type { OptionProblem } from '../../errors.js';
import { type Address, namesScheme, parseAddress } from './address.js';
import { resolveBasicAuth, resolveTokenSource } from './credentials.js';
import { consulOptionsCodec } from './consulOptionsCodec.js';
import {
  type Environment,
  environmentVariable,
  type Sourced,
  givenInCode,
} from '../decoding/environment.js';
import { optionProblem, getOrThrow } from '../decoding/problems.js';
import type { ConsulOptions } from '../model/options.js';
import { resolveScope } from './scope.js';
import type { ConsulSettings, TlsSettings } from '../model/settings.js';
import { decodeOptions } from '../decoding/decodeOptions.js';
import { booleanOf, resolveTls } from './tls.js';
import {
  afterProblems,
  type Validated,
  validatedBy,
  validatedRecord,
  validatedSuccess,
} from '../decoding/validated.js';

/** Consul's own default: the agent of this machine. */
const defaultAddress = '127.0.0.1:8500';

/**
 * The way to Consul from options and Consul's variables; options win, field by field.
 *
 * @param options - `ConsulOptions`, not yet checked
 * @param environment - variables by name, as in `process.env`; empty ones count as unset
 */
export function resolveConsulSettings(
  options: unknown,
  environment: Environment,
): Validated<ConsulSettings> {
  const { options: rest, problems, refused } = decodeOptions(consulOptionsCodec, options);
  return afterProblems(problems, consulSettingsFrom(rest, environment, '', refused));
}

/** Like {@link resolveConsulSettings}, but throws one `INVALID_OPTIONS` that lists all problems. */
export function consulSettings(options: ConsulOptions, environment: Environment): ConsulSettings {
  return getOrThrow(resolveConsulSettings(options, environment));
}

/**
 * The same for options of which each has its type, but for the refused ones, which were left out.
 * `path` stands before the name of each.
 */
export function consulSettingsFrom(
  options: ConsulOptions,
  environment: Environment,
  path: string,
  refused: ReadonlySet<string>,
): Validated<ConsulSettings> {
  const address = resolveAddress(options, environment, path);
  return pipe(
    validatedRecord({
      address,
      scheme: validatedBy(
        refused.has(`${path}address`) ? [] : schemeProblems(options, address, path),
        () => undefined,
      ),
      tls: resolveTls(options.tls ?? {}, environment, `${path}tls.`, refused),
      token: resolveTokenSource(options, environment, path),
      basicAuth: resolveBasicAuth(options, environment, path),
      scope: resolveScope(options, environment, path),
    }),
    E.map((parts) => assembled(parts)),
  );
}

function assembled(
  parts: Pick<ConsulSettings, 'token' | 'scope'> & {
    readonly address: Address;
    readonly tls: TlsSettings;
    readonly basicAuth: ConsulSettings['basicAuth'] | undefined;
  },
): ConsulSettings {
  return {
    ...parts.address,
    token: parts.token,
    scope: parts.scope,
    ...(parts.basicAuth === undefined ? {} : { basicAuth: parts.basicAuth }),
    ...(parts.address.origin.startsWith('https:') ? { tls: parts.tls } : {}),
  };
}

function resolveAddress(
  options: ConsulOptions,
  environment: Environment,
  path: string,
): Validated<Address> {
  const inCode = givenInCode(`${path}address`, options.address);
  const given = pipe(
    inCode,
    O.alt(() => environmentVariable(environment, 'CONSUL_HTTP_ADDR')),
    O.getOrElse((): Sourced<string> => ({ field: `${path}address`, value: defaultAddress })),
  );
  const ssl = pipe(
    environmentVariable(environment, 'CONSUL_HTTP_SSL'),
    O.match(() => validatedSuccess(false), booleanOf),
  );
  // The variable turns even http:// into https, as in Consul's client, unless code said http://.
  const forced = E.isRight(ssl) && ssl.right && !(O.isSome(inCode) && namesScheme(given.value));
  const address = forced
    ? parseAddress({ ...given, value: given.value.replace(/^http:\/\//i, 'https://') }, 'https')
    : parseAddress(given, 'http');
  return pipe(
    validatedRecord({ ssl, address }),
    E.map((both) => both.address),
  );
}

/** TLS options in code say that https was meant; TLS variables are often set for everything. */
function schemeProblems(
  options: ConsulOptions,
  address: Validated<Address>,
  path: string,
): readonly OptionProblem[] {
  if (options.tls === undefined || E.isLeft(address)) return [];
  if (address.right.origin.startsWith('https:')) return [];
  const used = Object.values(options.tls).some((value) => value !== undefined);
  const expected = `Give ${path}address as https://, or remove the TLS options.`;
  return used ? [optionProblem(`${path}tls`, options.tls, expected)] : [];
}
