import * as t from 'io-ts';
import type { ObservableInput } from 'rxjs';
import { allOf } from './allOf.js';
import { option, optionGroup } from './optionCodec.js';
import { otherNames } from './otherNames.js';
import { callable, isText } from './optionTypes.js';
import { nestedNames, returnsObservable, sharedProps } from './sharedProps.js';

const requiredProps = {
  key: option(isText, 'Give the key to contend for, for example `locks/reports`.'),
};

const optionalProps = {
  ...sharedProps,
  beforeRelease: callable<() => ObservableInput<unknown>>(returnsObservable),
  onOverrun: callable<() => void>('a function'),
};

const ofGroups = 'It is an option of `electionGroup`.';

/** What a group has and a single election has not. */
const elsewhere = {
  ...otherNames,
  prefix: 'An election has one whole `key`. `prefix` is for the many of an `electionGroup`.',
  balance: ofGroups,
  balanceIntervalMs: ofGroups,
};

/** The names of all options of an election. */
export const electionOptionNames: readonly string[] = [
  ...Object.keys(requiredProps),
  ...Object.keys(optionalProps),
];

/** Decodes `ElectionOptions`: what each option is by itself. */
export const electionOptionsCodec = optionGroup(
  allOf(t.readonly(t.type(requiredProps)), t.readonly(t.partial(optionalProps))),
  { own: electionOptionNames, nested: nestedNames, elsewhere, listedBy: 'ElectionOptions' },
  'Give an object of options with at least a `key`.',
);
