import * as E from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { decodingProblems } from '../../config/decoding/decodeOptions.js';
import { option, optionGroup, type OptionType } from '../../config/decoding/optionType.js';
import { uint64 } from '../../config/decoding/optionTypes.js';
import { optionProblem, getOrThrow } from '../../config/decoding/problems.js';
import type { OptionProblem } from '../../errors.js';
import { type KeyOperation, readsOnly } from './operations.js';

/**
 * The operations as they were given, once nothing is wrong with any.
 *
 * @param lockKey - the key of the election, which none of them may change: deleted, it is free at once
 * @throws `INVALID_OPTIONS` naming all problems at once
 */
export function decodeOperations<O extends readonly KeyOperation[]>(
  operations: O,
  lockKey: string,
): O {
  const decoded = keyOperationsCodec.decode({ operations });
  if (E.isLeft(decoded)) return getOrThrow(E.left(decodingProblems(decoded.left)));
  const problems = operations.flatMap((operation, at) => changeOf(lockKey, operation, at));
  return getOrThrow(problems.length > 0 ? E.left(problems) : E.right(operations));
}

function changeOf(lockKey: string, operation: KeyOperation, at: number): readonly OptionProblem[] {
  if (operation.verb === 'delete-tree') {
    return lockKey.startsWith(operation.prefix)
      ? [
          optionProblem(
            `operations.${at}.prefix`,
            operation.prefix,
            `Give a prefix that does not match the key of the election, "${lockKey}": deleting it would free the lock at once.`,
          ),
        ]
      : [];
  }
  return operation.key === lockKey && !readsOnly(operation)
    ? [
        optionProblem(
          `operations.${at}.key`,
          operation.key,
          'Write to another key: this is the lock of the election, and only the election may change it.',
        ),
      ]
    : [];
}

const key = option(
  (value): value is string => typeof value === 'string' && value !== '',
  'Give the key, for example `reports/last`.',
);

const prefix = option(
  (value): value is string => typeof value === 'string' && value !== '',
  'Give the prefix of the keys to delete, for example `reports/`.',
);

const value = option(
  (given): given is string => typeof given === 'string',
  'Give the value as a string, for example by JSON.stringify.',
  'type-only',
);

const flags = option(
  (given): given is bigint | undefined => given === undefined || uint64.is(given),
  uint64.name,
);

const index = (min: number): OptionType<number> =>
  option(
    (given): given is number => Number.isSafeInteger(given) && (given as number) >= min,
    `Give the modifyIndex of the entry that you read, a whole number from ${min} up.`,
  );

/** The fields of each verb besides the verb itself. */
const fields = {
  get: { key },
  set: { key, value, flags },
  cas: { key, value, modifyIndex: index(0), flags },
  delete: { key },
  'delete-cas': { key, modifyIndex: index(1) },
  'delete-tree': { prefix },
  'check-index': { key, modifyIndex: index(1) },
  'check-not-exists': { key },
} satisfies Record<KeyOperation['verb'], t.Props>;

const verbs = Object.keys(fields);
const isVerb = (name: unknown): name is keyof typeof fields =>
  typeof name === 'string' && Object.hasOwn(fields, name);

const verb = option(isVerb, `Give one of the verbs ${verbs.join(', ')}.`);
const withVerb = optionGroup(
  t.type({ verb }),
  { own: ['verb'], ignored: Object.values(fields).flatMap((props) => Object.keys(props)) },
  'Give an operation, for example { verb: "set", key: "reports/last", value: "42" }.',
);

/** The codec of what stands beside a verb; what another verb takes is refused by name. */
const codecs = Object.fromEntries(
  Object.entries(fields).map(([name, props]) => {
    const own = ['verb', ...Object.keys(props)];
    return [name, optionGroup(t.type({ verb, ...props }), { own }, withVerb.name)];
  }),
);

const operationCodec = new t.Type<KeyOperation>(
  withVerb.name,
  (given): given is KeyOperation => isOperation(given),
  (given, context) => {
    const name = (given as { readonly verb?: unknown } | null | undefined)?.verb;
    const codec = isVerb(name) ? codecs[name] : undefined;
    return (codec ?? withVerb).validate(given, context) as t.Validation<KeyOperation>;
  },
  t.identity,
);

const isOperation = (given: unknown): boolean => operationCodec.decode(given)._tag === 'Right';

/** Decodes the operations of a transaction: what each is by itself. */
const keyOperationsCodec = t.type({
  operations: t.readonlyArray(operationCodec, 'the operations as a list'),
});
