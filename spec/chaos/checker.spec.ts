import { violationsIn } from './checker.js';
import type { ChaosHistory, Life, Line } from './history.js';

const life = (name: string, lines: readonly Line[], more: Partial<Life> = {}): Life => ({
  ...{ name, lines, endedAtMs: undefined, ending: false, crash: undefined },
  ...more,
});
const leads = (atMs: number, token: number, remainingMs = 100): Line => ({
  ...{ kind: 'Leader', atMs, token: `${token}`, remainingMs },
});
const claims = (atMs: number, token: number, remainingMs = 100): Line => ({
  ...leads(atMs, token, remainingMs),
  kind: 'Claim',
});
const follows = (atMs: number): Line => ({ kind: 'Follower', atMs });
const write = (kind: string, token: number, sequence: number): Line => ({
  ...{ kind, token: `${token}`, sequence, name: 'a', atMs: 0 },
});
const violations = (history: Partial<ChaosHistory>): readonly string[] =>
  violationsIn({ lives: [], register: [], episodes: [], entries: [], ...history });

describe('the checker of the chaos', () => {
  it('finds nothing where one leads after the other', () => {
    const a = life('a', [leads(0, 5), claims(50, 5, 80), follows(90), write('Written', 5, 1)]);
    const b = life('b', [leads(100, 6), { kind: 'Committed', atMs: 120, key: 'fenced/6/1' }]);
    const register = [write('Accepted', 5, 1), write('Refused', 4, 9), write('Accepted', 6, 1)];
    const entries = [
      { key: 'fenced/6/1', modifyIndex: 12 },
      { key: 'fenced/5/1', modifyIndex: 11 },
    ];
    const episodes = [{ fault: 'f', fromMs: 0, healedMs: 1, ledMs: 2 }];
    expect(violations({ lives: [a, b], register, entries, episodes })).toEqual([]);
  });

  it.each<[string, Life, Life]>([
    ['says so', life('a', [leads(0, 5), follows(60)]), life('b', [leads(50, 6)])],
    ['believes on while it stands still', life('a', [leads(0, 5)]), life('b', [leads(99, 6)])],
    ['renewed its belief', life('a', [leads(0, 5), claims(90, 5)]), life('b', [leads(150, 6)])],
  ])('finds two leaders where the first one %s', (_, a, b) => {
    expect(violations({ lives: [a, b] })).toEqual([expect.stringMatching(/^Two led at once: a/)]);
  });

  it('takes a claim without leadership for leadership', () => {
    const a = life('a', [leads(0, 5), follows(10), claims(60, 5)]);
    expect(violations({ lives: [a, life('b', [leads(50, 6)])] })).toEqual([
      expect.stringMatching(/^Two led at once: b .* and a/),
      expect.stringMatching(/^A token did not rise/),
    ]);
  });

  it('lets nobody lead longer than it lives', () => {
    const a = life('a', [leads(0, 5)], { endedAtMs: 40 });
    expect(violations({ lives: [a, life('b', [leads(50, 6)])] })).toEqual([]);
  });

  it('finds a token that does not rise, but lets an expired lease be regained', () => {
    const a = life('a', [leads(0, 5), follows(10), leads(20, 5), follows(30)]);
    expect(violations({ lives: [a] })).toEqual([]);
    expect(violations({ lives: [a, life('b', [leads(50, 5)])] })).toEqual([
      expect.stringMatching(/^A token did not rise/),
    ]);
  });

  it.each<[string, Partial<ChaosHistory>, RegExp]>([
    ['a write that is lost', { lives: [life('a', [write('Written', 5, 1)])] }, /is lost: 5\/a\/1/],
    [
      'writes that changed places',
      { register: [write('Accepted', 5, 2), write('Accepted', 5, 1)] },
      /^Writes changed places/,
    ],
    [
      'an older token after a newer one',
      { register: [write('Accepted', 6, 1), write('Accepted', 5, 1)] },
      /^Writes changed places/,
    ],
    [
      'a fenced write that is lost',
      { lives: [life('a', [{ kind: 'Committed', atMs: 0, key: 'fenced/5/1' }])] },
      /^A fenced write was confirmed and is lost/,
    ],
    [
      'a fenced write of an earlier leader',
      {
        entries: [
          { key: 'fenced/6/1', modifyIndex: 1 },
          { key: 'fenced/5/1', modifyIndex: 2 },
        ],
      },
      /^A fenced write of an earlier leader/,
    ],
    [
      'that nobody led again',
      { episodes: [{ fault: 'f', fromMs: 0, healedMs: 1, ledMs: undefined }] },
      /^Nobody led again after f/,
    ],
    ['a crash', { lives: [life('a', [], { crash: 'exit 1: oops' })] }, /^a crashed: exit 1: oops/],
  ])('finds %s', (_, history, expected) => {
    expect(violations(history)).toEqual([expect.stringMatching(expected)]);
  });
});
