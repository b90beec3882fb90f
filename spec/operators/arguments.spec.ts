import { EMPTY, NEVER, of } from 'rxjs';
import {
  bufferUntilLeading,
  contendWhile,
  isElectionError,
  leaderElection,
  passWhileLeading,
  resignOnSignal,
  settled,
  switchByRole,
  untilSignal,
  whileLeader,
  type ErrorDetails,
} from '../../lib/index.js';
import { states } from './leaderships.js';

/** Callers from JavaScript, whom no compiler stops. */
type Anything = (...args: readonly unknown[]) => unknown;
const election = leaderElection({ key: 'locks/reports' });
const { leadership$ } = election;
const work = () => EMPTY;

/** What a call is told to be wrong, by name. */
function problemsOf(call: () => unknown): ErrorDetails['INVALID_OPTIONS']['problems'] {
  try {
    call();
  } catch (error) {
    if (isElectionError(error) && error.code === 'INVALID_OPTIONS') return error.details.problems;
    throw error;
  }
  return [];
}

describe('a call from JavaScript', () => {
  it.each<[string, unknown, readonly unknown[], string, string]>([
    ['whileLeader without work', whileLeader, [], 'work', 'Give a function'],
    ['whileLeader with an observable', whileLeader, [EMPTY], 'work', 'Give a function'],
    [
      'whileLeader',
      whileLeader,
      [work, { onErorr: 'pass' }],
      'onErorr',
      'drain, onOverrun, onError',
    ],
    ['whileLeader with no object', whileLeader, [work, 'drain'], 'options', 'Give an object'],
    ['switchByRole', switchByRole, [{ leader: work, error: work }], 'sources.follower', 'function'],
    [
      'switchByRole with an option',
      switchByRole,
      [{ leader: work, follower: work, error: work }, { retry: 1 }],
      ...(['retry', 'Unknown option'] as const),
    ],
    ['passWhileLeading', passWhileLeading, [election], 'leadership$', 'election.leadership$'],
    ['bufferUntilLeading', bufferUntilLeading, [election, { maxSize: 1 }], 'leadership$', 'stream'],
    [
      'bufferUntilLeading with an option',
      bufferUntilLeading,
      [leadership$, { maxSize: 1, size: 2 }],
      ...(['size', 'maxSize, overflow, onDrop'] as const),
    ],
    ['settled', settled, [{ forMs: 1, for: 2 }], 'for', 'forMs, time'],
    ['settled with a number', settled, [100], 'options', 'forMs, time'],
    ['contendWhile', contendWhile, [leadership$, of(true)], 'election', 'the election itself'],
    ['contendWhile with a value', contendWhile, [election, true], 'eligible$', 'observable'],
    ['resignOnSignal', resignOnSignal, [election, 'sigterm'], 'signals', 'SIGTERM'],
    ['resignOnSignal with a list', resignOnSignal, [election, ['SIGTERM']], 'signals', 'argument'],
    ['resignOnSignal of a stream', resignOnSignal, [leadership$], 'election', 'election itself'],
    ['untilSignal', untilSignal, ['SIGKILL'], 'signals', 'SIGTERM'],
  ])('of %s is told what is wrong, by name', (_, operator, args, field, words) => {
    const problems = problemsOf(() => (operator as Anything)(...args));
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(problems[0]?.expected).toContain(words);
  });

  it('whose work returns nothing is told what to return', () => {
    const nothing = (() => undefined) as unknown as typeof work;
    let told: unknown;
    of(states['L']!)
      .pipe(whileLeader(nothing, { onError: 'pass' }))
      .subscribe({ error: (error: unknown) => (told = error) });
    expect(told).toMatchObject({ code: 'INVALID_OPTIONS' });
    expect(String(told)).toContain('Return the work');
  });

  it('with what is right is told nothing', () => {
    expect(problemsOf(() => whileLeader(work, { drain: true }))).toEqual([]);
    expect(problemsOf(() => resignOnSignal({ resign: () => NEVER }, 'SIGUSR2'))).toEqual([]);
  });
});
