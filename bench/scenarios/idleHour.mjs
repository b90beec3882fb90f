import { startChild } from '../support/child.mjs';
import { isKind } from '../support/kinds.mjs';

/** What two idle elections keep, over an hour of virtual time. */
export const idleHour = {
  name: 'idle-hour',
  title: 'An idle hour of virtual time',
  run: async () => {
    // Optimised code comes and goes while a program is idle, and would hide what is retained.
    const child = startChild('idleHour.mjs', {}, { nodeArgs: ['--no-opt'] });
    const told = await child.next(isKind('Retained'), 120_000, 'the end');
    const { early, late, heapGrowth, requests } = told;
    return {
      figures: [
        { name: 'objects after ten minutes', value: early, unit: '' },
        { name: 'objects retained by the hour after', value: late - early, unit: '', most: 0 },
        { name: 'heap retained by it', value: heapGrowth / 1024, unit: 'KiB' },
      ],
      notes: [`In that hour a leader and a follower sent ${requests} requests.`],
    };
  },
};
