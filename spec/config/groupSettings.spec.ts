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
      'key: Unknown option. Give the `prefix` of its keys. Name each key in `leadership$(key)` or `election(key)`.',
      'prefix: Give the prefix of all keys of the group, for example `locks/shards/`.',
    ]);
  });

  it.each([
    [{ prefix: 'locks/shards/' }, []],
    [
      { prefix: 'locks/shards' },
      [
        'prefix: End the prefix with a slash, for example `locks/shards/`; otherwise it would also match other keys.',
      ],
    ],
    [
      { prefix: 'locks/shards/', onLeader: 1 },
      ['onLeader: Unknown option. See the type `ElectionGroupOptions` for the options.'],
    ],
  ])('of %j have the problems %j', (options, problems) => {
    expect(problemsOf(options)).toEqual(problems);
  });
});
