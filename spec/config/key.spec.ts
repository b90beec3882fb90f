import fc from 'fast-check';
import { keyProblems, maxKeyLength } from '../../lib/config/values/key.js';

describe('the key', () => {
  it.each(['reports', 'locks/reports', 'a.b/c_d-e,f', '...', 'a/...', 'x'.repeat(maxKeyLength)])(
    '%s is accepted',
    (key) => {
      expect(keyProblems(key)).toEqual([]);
    },
  );

  it.each([
    ['/a', 'leading slash'],
    ['a/', 'trailing slash'],
    ['a//b', 'single slash'],
    ['a/./b', '`.` or `..`'],
    ['..', '`.` or `..`'],
    ['a b', 'characters'],
    ['a?b', 'characters'],
    ['a%2Fb', 'characters'],
    ['ä', 'characters'],
    ['a\n', 'characters'],
    ['x'.repeat(maxKeyLength + 1), 'at most 2048'],
  ])('%s is refused, and the problem speaks of %s', (key, word) => {
    const problems = keyProblems(key);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.expected).toContain(word);
  });

  it('that is accepted is not changed by a URL on its way to Consul', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9,_./ %?#-]{0,12}$/);
    fc.assert(
      fc.property(part, part, (a, b) => {
        const key = `${a}/${b}`;
        const path = `/v1/kv/${key}`;
        fc.pre(keyProblems(key).length === 0);
        expect(new URL(`http://consul${path}`).pathname).toBe(path);
      }),
    );
  });
});
