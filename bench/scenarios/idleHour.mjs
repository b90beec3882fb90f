import { startChild } from '../support/child.mjs';
import { isKind } from '../support/kinds.mjs';

/** What two idle elections keep, over an hour of virtual time. */
export const idleHour = {
  name: 'idle-hour',
  title: 'An idle hour of virtual time',
  run: async () => {
    const child = startChild('idleHour.mjs', {}, { nodeArgs: ['--expose-gc'] });
    const { early, late, requests } = await child.next(isKind('Retained'), 120_000, 'the end');
    return {
      figures: [
        { name: 'objects after ten minutes', value: early.objects, unit: '' },
        {
          name: 'objects retained by the hour after',
          value: late.objects - early.objects,
          unit: '',
          most: 0,
        },
        {
          name: 'heap retained by it',
          value: (late.heapUsed - early.heapUsed) / 1024,
          unit: 'KiB',
        },
      ],
      notes: [`In that hour a leader and a follower sent ${requests} requests.`],
    };
  },
};
