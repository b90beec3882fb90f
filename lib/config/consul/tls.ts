import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { pipe } from 'fp-ts/lib/function.js';
import {
  type Environment,
  environmentVariable,
  type Sourced,
  givenInCode,
  parseGoBoolean,
} from '../decoding/environment.js';
import { hiddenProblem, optionProblem } from '../decoding/problems.js';
import {
  type Validated,
  validatedBy,
  validatedRecord,
  validatedSuccess,
} from '../decoding/validated.js';
import type { TlsOptions } from '../model/options.js';
import type { PemSource, TlsSettings } from '../model/settings.js';
import { filePathProblems, resolvePem } from './pemSource.js';

/**
 * TLS from options and environment, also when the address turns out to be http: a broken setting is
 * a mistake either way, as it is for Consul's own client.
 */
export function resolveTls(
  options: TlsOptions,
  environment: Environment,
  path: string,
  refused: ReadonlySet<string>,
): Validated<TlsSettings> {
  const pairIsKnown = ['cert', 'certFile', 'key', 'keyFile'].every(
    (name) => !refused.has(path + name),
  );
  return pipe(
    validatedRecord({
      verify: resolveVerify(options, environment),
      trust: resolveTrust(options, environment, path),
      cert: resolvePem(options, environment, path, certificate),
      key: resolvePem(options, environment, path, privateKey),
      serverName: resolveServerName(options, environment, path),
    }),
    E.chain(({ verify, trust, cert, key, serverName }) =>
      validatedBy(pairIsKnown ? pairProblems(cert, key) : [], () => ({
        verify,
        ...trust,
        ...(cert === undefined ? {} : { cert: cert.value }),
        ...(key === undefined ? {} : { key: key.value }),
        ...(serverName === undefined ? {} : { serverName }),
      })),
    ),
  );
}

const certificate = { text: 'cert', file: 'certFile', variable: 'CONSUL_CLIENT_CERT' } as const;
const privateKey = { text: 'key', file: 'keyFile', variable: 'CONSUL_CLIENT_KEY' } as const;

function pairProblems(cert: Sourced<PemSource> | undefined, key: Sourced<PemSource> | undefined) {
  if (cert !== undefined && key === undefined) {
    const expected =
      'Give the key of the client certificate too: keyFile, key or CONSUL_CLIENT_KEY.';
    return [hiddenProblem(cert.field, expected)];
  }
  if (key !== undefined && cert === undefined) {
    const expected = 'Give the client certificate too: certFile, cert or CONSUL_CLIENT_CERT.';
    return [hiddenProblem(key.field, expected)];
  }
  return [];
}

function resolveVerify(options: TlsOptions, environment: Environment): Validated<boolean> {
  if (options.verify !== undefined) return E.right(options.verify);
  return pipe(
    environmentVariable(environment, 'CONSUL_HTTP_SSL_VERIFY'),
    O.match(() => validatedSuccess(true), booleanOf),
  );
}

/** A variable that holds a boolean. */
export function booleanOf({ field, value }: Sourced<string>): Validated<boolean> {
  return pipe(
    parseGoBoolean(value),
    E.fromOption(() => [optionProblem(field, value, 'Set it to true, false, 1 or 0.')]),
  );
}

function resolveServerName(
  options: TlsOptions,
  environment: Environment,
  path: string,
): Validated<string | undefined> {
  return pipe(
    givenInCode(`${path}serverName`, options.serverName),
    O.alt(() => environmentVariable(environment, 'CONSUL_TLS_SERVER_NAME')),
    O.match(() => validatedSuccess<string | undefined>(undefined), hostOf),
  );
}

/** The name without its port, which Consul's own client takes off as well. */
function hostOf({ field, value }: Sourced<string>): Validated<string> {
  const host = value.replace(/:\d+$/, '');
  const expected = "Give the host name in the server's certificate.";
  const fits = /^[A-Za-z0-9_.*:[\]-]+$/.test(host);
  return validatedBy(fits ? [] : [optionProblem(field, value, expected)], () => host);
}

/** Which authorities are trusted. */
export type TlsTrust = Pick<TlsSettings, 'ca' | 'caPath'>;

const authority = { text: 'ca', file: 'caFile', variable: 'CONSUL_CACERT' } as const;

/**
 * Text, file and directory answer one question, whom to trust: any of them in code beats all of the
 * environment. Of the two variables the file wins, as in Consul's own client.
 */
function resolveTrust(
  options: TlsOptions,
  environment: Environment,
  path: string,
): Validated<TlsTrust> {
  const inCode = options.ca !== undefined || options.caFile !== undefined;
  if (inCode && options.caPath !== undefined) {
    const expected = `Give only one of ${path}ca, ${path}caFile and ${path}caPath.`;
    return E.left([hiddenProblem(`${path}caPath`, expected)]);
  }
  return pipe(
    givenInCode(`${path}caPath`, options.caPath),
    O.match(() => resolveAuthority(options, environment, path), directory),
  );
}

function resolveAuthority(
  options: TlsOptions,
  environment: Environment,
  path: string,
): Validated<TlsTrust> {
  return pipe(
    resolvePem(options, environment, path, authority),
    E.chain((ca) =>
      ca === undefined
        ? pipe(
            environmentVariable(environment, 'CONSUL_CAPATH'),
            O.match((): Validated<TlsTrust> => E.right({ ca: [] }), directory),
          )
        : E.right({ ca: [ca.value] }),
    ),
  );
}

function directory(given: Sourced<string>): Validated<TlsTrust> {
  return validatedBy(filePathProblems(given, 'a directory of authorities is meant'), () => ({
    ca: [],
    caPath: given.value,
  }));
}
