import { FencingToken } from '../../lib/lock/fencingToken.js';

describe('FencingToken', () => {
  const [nine, ten] = [new FencingToken(9), new FencingToken(10)];

  it('compares by its index, not by its digits', () => {
    expect([nine < ten, ten <= nine, ten > nine, ten >= new FencingToken('10')]).toEqual([
      ...[true, false, true, true],
    ]);
    expect([ten, nine].sort(FencingToken.compare)).toEqual([nine, ten]);
    expect(FencingToken.compare(ten, new FencingToken(10n))).toBe(0);
  });

  it('equals one of the same index', () => {
    expect([ten.equals(new FencingToken('10')), ten.equals(nine)]).toEqual([true, false]);
  });

  it('survives text and JSON without losing a digit', () => {
    const token = new FencingToken(2n ** 63n + 1n);
    const json = JSON.stringify({ token });
    expect(json).toBe('{"token":"9223372036854775809"}');
    const read = new FencingToken((JSON.parse(json) as { token: string }).token);
    expect([read.equals(token), `${read}`]).toEqual([true, '9223372036854775809']);
  });

  it.each<[unknown]>([
    ...['', ' 7', '7 ', '0x7', '7n', '-7', '1e3', 'seven', '18446744073709551616'].map(
      (value): [unknown] => [value],
    ),
    ...[-1, 1.5, Number.NaN, Infinity, 2 ** 53, -1n, 2n ** 64n].map((value): [unknown] => [value]),
    ...[undefined, null, ['7'], {}].map((value): [unknown] => [value]),
  ])('is not made of %p', (value) => {
    expect(() => new FencingToken(value as string)).toThrow(
      /fencingToken = .*: Give a whole number from 0 to 2\^64 - 1/,
    );
  });

  it('is made of the largest index that a raft log can have', () => {
    expect(new FencingToken('18446744073709551615').value).toBe(2n ** 64n - 1n);
  });
});
