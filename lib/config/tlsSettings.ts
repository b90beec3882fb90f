import { pipe } from 'fp-ts/lib/function.js';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import { environmentVariable, type Environment, type Given, givenInCode } from './environment.js';
import { parseGoBoolean } from './goBoolean.js';
import { hiddenProblem, optionProblem } from './optionProblem.js';
import type { TlsOptions } from './options.js';
import { resolvePem } from './pemSource.js';
import type { PemSource, TlsSettings } from './settings.js';
import { resolveTrust } from './tlsTrust.js';
import { type Validated, validatedBy, validatedRecord, validatedSuccess } from './validated.js';

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

function pairProblems(cert: Given<PemSource> | undefined, key: Given<PemSource> | undefined) {
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
export function booleanOf({ field, value }: Given<string>): Validated<boolean> {
  return pipe(
    parseGoBoolean(value),
    E.fromOption(() => [optionProblem(field, value, 'Set it to true or false, or to 1 or 0.')]),
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
function hostOf({ field, value }: Given<string>): Validated<string> {
  const host = value.replace(/:\d+$/, '');
  const expected = 'Give the host name that stands in the certificate of the server.';
  const fits = /^[A-Za-z0-9_.*:[\]-]+$/.test(host);
  return validatedBy(fits ? [] : [optionProblem(field, value, expected)], () => host);
}
