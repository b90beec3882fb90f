import { groupSettings } from '../../lib/config/groupSettings.js';
import type { ElectionError } from '../../lib/index.js';

function problemsOf(options: unknown): readonly string[] {
  try {
    groupSettings(options as never, {});
    return [];
  } catch (error) {
    const { code, details } = error as Extract<ElectionError, { code: 'INVALID_OPTIONS' }>;
    expect(code).toBe('INVALID_OPTIONS');
    return details.problems.map(({ field, expected }) => `${field}: ${expected}`);
  }
}

describe('the options of a group', () => {
  it('are told from those of an election', () => {
    expect(problemsOf({ key: 'locks/reports' })).toEqual([
      'key: There is no such option. A group has the `prefix` of its keys; name each by `leadership$(key)` or `election(key)`.',
      'prefix: Give what all keys of the group begin with, for example `locks/shards/`.',
    ]);
  });

  it.each([
    [{ prefix: 'locks/shards/' }, []],
    [
      { prefix: 'locks/shards' },
      [
        'prefix: End the prefix with a slash, as in `locks/shards/`: otherwise it would take in the keys of its neighbours.',
      ],
    ],
    [
      { prefix: 'locks/shards/', onLeader: 1 },
      [
        'onLeader: There is no such option. The type `ElectionGroupOptions` lists those that there are.',
      ],
    ],
  ])('of %j have the problems %j', (options, problems) => {
    expect(problemsOf(options)).toEqual(problems);
  });
});
