import { FencingToken } from '../../lib/lock/fencingToken.js';

describe('FencingToken', () => {
  it('compares by its index', () => {
    expect(new FencingToken(9) < new FencingToken(10)).toBe(true);
    expect(new FencingToken(10) > new FencingToken(10)).toBe(false);
  });

  it('survives text and JSON without losing a digit', () => {
    const token = new FencingToken(2n ** 63n + 1n);
    expect(new FencingToken(token.toString()).value).toBe(token.value);
    expect(JSON.stringify({ token })).toBe('{"token":"9223372036854775809"}');
  });
});
