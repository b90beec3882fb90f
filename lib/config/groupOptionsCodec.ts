import * as t from 'io-ts';
import type { ObservableInput } from 'rxjs';
import { allOf } from './allOf.js';
import { option, optionGroup } from './optionCodec.js';
import { otherNames } from './otherNames.js';
import { callable, isText, milliseconds, truthValue } from './optionTypes.js';
import { nestedNames, returnsObservable, sharedProps } from './sharedProps.js';

const requiredProps = {
  prefix: option(
    isText,
    'Give what all keys of the group begin with, for example `locks/shards/`.',
  ),
};

const optionalProps = {
  ...sharedProps,
  balance: truthValue,
  balanceIntervalMs: milliseconds(100, 3_600_000),
  beforeRelease: callable<(key: string) => ObservableInput<unknown>>(returnsObservable),
  onOverrun: callable<(key: string) => void>('a function'),
};

const elsewhere = {
  ...otherNames,
  key: 'A group has the `prefix` of its keys; name each by `leadership$(key)` or `election(key)`.',
};

/** The names of all options of a group. */
export const groupOptionNames: readonly string[] = [
  ...Object.keys(requiredProps),
  ...Object.keys(optionalProps),
];

/** Decodes `ElectionGroupOptions`: what each option is by itself. */
export const groupOptionsCodec = optionGroup(
  allOf(t.readonly(t.type(requiredProps)), t.readonly(t.partial(optionalProps))),
  { own: groupOptionNames, nested: nestedNames, elsewhere, listedBy: 'ElectionGroupOptions' },
  'Give an object of options with at least a `prefix`.',
);
