import * as t from 'io-ts';
import { electionOptionNames } from './electionOptionsCodec.js';
import { groupOptionNames } from './groupOptionsCodec.js';
import { optionGroup } from './optionCodec.js';
import { timingProps } from './timingProps.js';

/** Decodes `TimingOptions`. The other options of an election or a group may stand beside them, unseen. */
export const timingOptionsCodec = optionGroup(
  t.readonly(t.partial(timingProps)),
  {
    own: Object.keys(timingProps),
    ignored: [...electionOptionNames, ...groupOptionNames],
    listedBy: 'TimingOptions',
  },
  'Give an object of timing options.',
);
