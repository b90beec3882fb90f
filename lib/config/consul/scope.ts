import { pipe } from 'fp-ts/lib/function.js';
import * as E from 'fp-ts/lib/Either.js';
import * as O from 'fp-ts/lib/Option.js';
import {
  environmentVariable,
  type Environment,
  type Sourced,
  givenInCode,
} from '../decoding/environment.js';
import { optionProblem } from '../decoding/problems.js';
import type { ConsulOptions } from '../model/options.js';
import type { ConsulScope } from '../model/settings.js';
import {
  type Validated,
  validatedBy,
  validatedRecord,
  validatedSuccess,
} from '../decoding/validated.js';

/** Datacenter, namespace and partition. Consul has no variable for the datacenter. */
export function resolveScope(
  options: ConsulOptions,
  environment: Environment,
  path: string,
): Validated<ConsulScope> {
  const named = (name: 'datacenter' | 'namespace' | 'partition', variable: string) =>
    pipe(
      givenInCode(`${path}${name}`, options[name]),
      O.alt(() => (variable === '' ? O.none : environmentVariable(environment, variable))),
      O.match(() => validatedSuccess<string | undefined>(undefined), nameOf),
    );
  return pipe(
    validatedRecord({
      datacenter: named('datacenter', ''),
      namespace: named('namespace', 'CONSUL_NAMESPACE'),
      partition: named('partition', 'CONSUL_PARTITION'),
    }),
    E.map(({ datacenter, namespace, partition }) => ({
      ...(datacenter === undefined ? {} : { datacenter }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(partition === undefined ? {} : { partition }),
    })),
  );
}

function nameOf({ field, value }: Sourced<string>): Validated<string> {
  const expected = 'Use only the characters A-Z a-z 0-9 _ and -.';
  const fits = /^[A-Za-z0-9_-]+$/.test(value);
  return validatedBy(fits ? [] : [optionProblem(field, value, expected)], () => value);
}
