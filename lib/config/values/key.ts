import type { OptionProblem } from '../../errors.js';
import { optionProblem } from '../decoding/problems.js';

/**
 * The longest key. Consul itself took 200 000 characters, but the key stands in the request line of
 * every read, and proxies commonly bound that line at 8 KiB; a comma takes three bytes there.
 */
export const maxKeyLength = 2048;

interface KeyRule {
  readonly breaks: (key: string) => boolean;
  readonly expected: string;
}

/**
 * Consul answers 301 to the last three, and a client that follows writes another key; it refuses or
 * will refuse most characters outside the set (1.21.5 and later).
 */
const rules: readonly KeyRule[] = [
  {
    breaks: (key) => !/^[A-Za-z0-9,_./-]*$/.test(key),
    expected: 'Use only the characters A-Z a-z 0-9 , . _ - and / in the key.',
  },
  {
    breaks: (key) => key.length > maxKeyLength,
    expected: `Use a key of at most ${maxKeyLength} characters.`,
  },
  {
    breaks: (key) => key.startsWith('/'),
    expected: 'Remove the leading slash, for example `locks/reports`.',
  },
  {
    breaks: (key) => key.endsWith('/'),
    expected: 'Remove the trailing slash: a key is an entry, not a folder.',
  },
  {
    breaks: (key) => key.slice(1, -1).includes('//'),
    expected: 'Use a single slash between two parts of the key.',
  },
  {
    breaks: (key) => key.split('/').some((part) => part === '.' || part === '..'),
    expected: 'Remove parts that are `.` or `..`: HTTP clients and Consul resolve them.',
  },
];

/** What is wrong with a key, if anything. */
export function keyProblems(key: string, field = 'key'): readonly OptionProblem[] {
  return rules
    .filter(({ breaks }) => breaks(key))
    .map(({ expected }) => optionProblem(field, key, expected));
}
