import * as fc from 'fast-check';
import { assignment, type SharedKey } from '../../lib/group/assignment.js';

const countsOf = (members: readonly string[], of: ReadonlyMap<string, string>) =>
  members.map((member) => [...of.values()].filter((to) => to === member).length);

/** Keys `k0`, `k1`, … with their holders, taken in this order, wanted by all. */
const keysOf = (members: readonly string[], holders: readonly (string | undefined)[]) =>
  holders.map((holder, index): SharedKey => ({
    ...{ key: `k${index}`, holder, takenAt: index + 1, contenders: members },
  }));

const moved = (keys: readonly SharedKey[], of: ReadonlyMap<string, string>) =>
  keys.filter(({ key, holder }) => holder !== undefined && of.get(key) !== holder);

describe('an assignment of keys', () => {
  const members = ['a', 'b', 'c'];

  it('leaves keys where they are while shares differ by one at most', () => {
    const keys = keysOf(members, ['a', 'b', 'a', 'c', 'b']);
    expect(moved(keys, assignment(members, keys))).toEqual([]);
  });

  it('gives free keys to whoever has least', () => {
    const keys = keysOf(members, ['a', 'a', 'b', undefined, undefined, undefined]);
    expect(countsOf(members, assignment(members, keys))).toEqual([2, 2, 2]);
    expect(moved(keys, assignment(members, keys))).toEqual([]);
  });

  it('takes what was taken last from whoever has too many', () => {
    const keys = keysOf(members, ['a', 'a', 'a', 'a', 'a', 'a']);
    const of = assignment(members, keys);
    expect([of.get('k0'), of.get('k1')]).toEqual(['a', 'a']);
    expect(countsOf(members, of)).toEqual([2, 2, 2]);
  });

  it('moves keys over a third process where no key is wanted by both', () => {
    const keys: SharedKey[] = [
      ...['x', 'y'].map((key) => ({ key, holder: 'a', takenAt: 1, contenders: ['a', 'b'] })),
      ...['z'].map((key) => ({ key, holder: 'b', takenAt: 1, contenders: ['b', 'c'] })),
    ];
    const of = assignment(members, keys);
    expect(countsOf(members, of)).toEqual([1, 1, 1]);
    expect(of.get('z')).toBe('c');
  });

  it('gives nobody a key for which it does not contend', () => {
    const keys = [
      ...keysOf(['a'], ['a', 'a', 'a', 'a']),
      { key: 'elsewhere', holder: undefined, takenAt: 0, contenders: ['b'] },
      { key: 'nobody’s', holder: undefined, takenAt: 0, contenders: [] },
    ];
    const of = assignment(['a', 'b'], keys);
    expect(countsOf(['a', 'b'], of)).toEqual([4, 1]);
    expect(of.has('nobody’s')).toBe(false);
  });

  it('leaves alone what one holds that does not balance', () => {
    const keys = keysOf(['a', 'b'], ['stranger', 'a', 'a']);
    const of = assignment(['a', 'b'], keys);
    expect(of.has('k0')).toBe(false);
    expect(countsOf(['a', 'b'], of)).toEqual([1, 1]);
  });

  it('is even, moves no key without need, and moves none a second time', () => {
    const member = fc.constantFrom(...members, 'd');
    const anyKeys = fc.array(fc.option(member, { nil: undefined }), { maxLength: 30 });
    const all = [...members, 'd'];
    fc.assert(
      fc.property(anyKeys, (holders) => {
        const keys = keysOf(all, holders);
        const of = assignment(all, keys);
        const counts = countsOf(all, of);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        expect(of.size).toBe(keys.length);
        const before = all.map((each) => holders.filter((holder) => holder === each).length);
        const toShed = before.map((count) => Math.max(0, count - Math.ceil(keys.length / 4)));
        const needed = toShed.reduce((sum, count) => sum + count, 0);
        // One more for each process that has the larger share while another is short.
        expect(moved(keys, of).length).toBeLessThanOrEqual(needed + 3);
        const after = keys.map((key) => ({ ...key, holder: of.get(key.key) }));
        expect(moved(after, assignment(all, after))).toEqual([]);
      }),
    );
  });

  it('differs by as little as it can where each contends for some keys only', () => {
    const anyKeys = fc.array(
      fc.record({ contenders: fc.subarray(members, { minLength: 1 }), held: fc.nat(3) }),
      { minLength: 1, maxLength: 7 },
    );
    fc.assert(
      fc.property(anyKeys, (drawn) => {
        const keys = drawn.map(({ contenders, held }, index): SharedKey => {
          const holder = contenders[held];
          return { key: `k${index}`, holder, takenAt: index, contenders };
        });
        const squares = (counts: readonly number[]) =>
          counts.reduce((sum, count) => sum + count * count, 0);
        // All ways to assign them, by brute force.
        const best = keys.reduce<readonly (readonly number[])[]>(
          (ways, { contenders }) =>
            ways.flatMap((counts) =>
              contenders.map((to) => counts.map((n, at) => (members[at] === to ? n + 1 : n))),
            ),
          [[0, 0, 0]],
        );
        const of = assignment(members, keys);
        expect(keys.every(({ key, contenders }) => contenders.includes(of.get(key) ?? ''))).toBe(
          true,
        );
        expect(squares(countsOf(members, of))).toBe(Math.min(...best.map(squares)));
      }),
    );
  });
});
