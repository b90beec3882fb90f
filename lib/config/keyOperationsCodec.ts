import * as t from 'io-ts';
import type { KeyOperation } from './keyOperation.js';
import { option, optionGroup, type OptionType } from './optionCodec.js';
import { unsignedLong } from './optionTypes.js';

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
  'Give the value as a string; JSON.stringify makes one of an object.',
  'type-only',
);

const flags = option(
  (given): given is bigint | undefined => given === undefined || unsignedLong.is(given),
  unsignedLong.name,
);

const index = (min: number): OptionType<number> =>
  option(
    (given): given is number => Number.isSafeInteger(given) && (given as number) >= min,
    `Give the modifyIndex of the entry as it was read, a whole number from ${min} on.`,
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
export const keyOperationsCodec = t.type({
  operations: t.readonlyArray(operationCodec, 'the operations as a list'),
});
