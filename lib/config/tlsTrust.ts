import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import * as O from 'fp-ts/lib/Option.js';
import { environmentVariable, type Environment, type Given, givenInCode } from './environment.js';
import { filePathProblems } from './filePath.js';
import { hiddenProblem } from './optionProblem.js';
import type { TlsOptions } from './options.js';
import { resolvePem } from './pemSource.js';
import type { TlsSettings } from './settings.js';
import { type Validated, validatedBy } from './validated.js';

/** Which authorities are trusted. */
export type TlsTrust = Pick<TlsSettings, 'ca' | 'caPath'>;

const authority = { text: 'ca', file: 'caFile', variable: 'CONSUL_CACERT' } as const;

/**
 * Text, file and directory answer one question, whom to trust: any of them in code beats all of the
 * environment. Of the two variables the file wins, as in Consul's own client.
 */
export function resolveTrust(
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

function directory(given: Given<string>): Validated<TlsTrust> {
  return validatedBy(filePathProblems(given, 'a directory of authorities is meant'), () => ({
    ca: [],
    caPath: given.value,
  }));
}
