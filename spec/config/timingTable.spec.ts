import { readFileSync } from 'node:fs';
import { explainTiming } from '../../lib/config/explain/explainTiming.js';
import type { TimingOptions } from '../../lib/config/model/options.js';
import { usableLeaseMs } from '../../lib/config/explain/figures.js';

const columns: readonly (readonly [name: string, options: TimingOptions])[] = [
  ['`fast`', { preset: 'fast' }],
  ['`fast`, fenced', { preset: 'fast', lockDelayMs: 0, relyOnFencing: true }],
  ['`balanced`', { preset: 'balanced' }],
  ['none', {}],
  ['`steady`', { preset: 'steady' }],
];

type Explained = ReturnType<typeof explainTiming>;

const seconds = (valueMs: number): string => `${Number((valueMs / 1_000).toFixed(2)).toString()} s`;
const rate = (value: number): string => Number(value.toPrecision(2)).toString();
const yes = (isSo: boolean): string => (isSo ? 'yes' : 'no');
const rides = (words: string) => (explained: Explained) =>
  yes(explained.ridesOut.some((sentence) => sentence.includes(words)));

const rows: readonly (readonly [name: string, of: (explained: Explained) => string])[] = [
  ['detector', ({ timing }) => `\`${timing.detector.kind}\``],
  ['works with any address of Consul', ({ timing }) => yes(timing.detector.kind === 'sessionTtl')],
  ['a crashed leader is followed, at worst', (e) => seconds(e.crashFailoverMs.worst)],
  ['a node lost with its agent, at worst', (e) => seconds(e.nodeFailoverMs.worst)],
  ['two may lead at once, at worst', (e) => (e.overlapMs > 0 ? seconds(e.overlapMs) : 'never')],
  ['a leader cut off steps down, at worst', (e) => seconds(usableLeaseMs(e.timing))],
  ['rides out an outage of', (e) => seconds(e.longestOutageMs)],
  ['rides out an outage of the servers of', (e) => seconds(e.longestServerOutageMs)],
  ['… a raft election, raft_multiplier 1', rides('raft_multiplier 1 ')],
  ['… a raft election, raft_multiplier 5', rides('raft_multiplier, 5 ')],
  ['requests per second, leader', (e) => rate(e.traffic.leaderRequestsPerS)],
  ['requests per second, follower', (e) => rate(e.traffic.followerRequestsPerS)],
  ['… of which the agent answers alone', (e) => rate(e.traffic.passesPerS)],
  ['raft writes per hour', (e) => rate(e.traffic.raftWritesPerHour)],
];

function table(): readonly (readonly string[])[] {
  const explained = columns.map(([, options]) => explainTiming(options));
  return [
    ['preset', ...columns.map(([name]) => name)],
    ...rows.map(([name, of]) => [name, ...explained.map(of)]),
  ];
}

/** The cells of a table in Markdown, the line of dashes left out. */
function cellsOf(markdown: string): readonly (readonly string[])[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^\|[ |:-]+\|$/.test(line))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()));
}

describe('docs/timing.md', () => {
  it('shows the figures that explainTiming gives', () => {
    const page = readFileSync('docs/timing.md', 'utf8');
    const [, section = ''] = page.split('<!-- presets -->');
    // Printed whole where they differ, so that it can be copied.
    const expected = table()
      .map((cells) => `| ${cells.join(' | ')} |`)
      .join('\n');
    expect(
      cellsOf(section)
        .map((cells) => `| ${cells.join(' | ')} |`)
        .join('\n'),
    ).toBe(expected);
  });
});
