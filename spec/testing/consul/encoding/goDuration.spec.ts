import * as E from 'fp-ts/lib/Either.js';
import { parseGoDuration } from '../../../../lib/testing/consul/encoding/goDuration.js';

describe('parseGoDuration', () => {
  it.each([
    ['0', 0n],
    ['10s', 10_000_000_000n],
    ['1.5m', 90_000_000_000n],
    ['1h0m30s', 3_630_000_000_000n],
    ['-10s', -10_000_000_000n],
    ['.5s', 500_000_000n],
    ['7.s', 7_000_000_000n],
    ['250us', 250_000n],
    ['3µs', 3_000n],
    ['12ns', 12n],
    ['1.0000000019s', 1_000_000_001n],
  ])('reads %s as %s ns', (text, ns) => {
    expect(parseGoDuration(text)).toEqual(E.right(ns));
  });

  it.each([
    ['', 'time: invalid duration ""'],
    ['soon', 'time: invalid duration "soon"'],
    ['.s', 'time: invalid duration ".s"'],
    ['10', 'time: missing unit in duration "10"'],
    ['1h5', 'time: missing unit in duration "1h5"'],
    ['10z', 'time: unknown unit "z" in duration "10z"'],
    ['5toString', 'time: unknown unit "toString" in duration "5toString"'],
    ['99999999999h', 'time: invalid duration "99999999999h"'],
  ])('complains about %j as Go does', (text, complaint) => {
    expect(parseGoDuration(text)).toEqual(E.left(complaint));
  });
});
