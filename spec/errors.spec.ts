import { inspect } from 'node:util';
import { isElectionError, leaderElection } from '../lib/index.js';

function thrown(): unknown {
  try {
    leaderElection({ key: '' });
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('an error', () => {
  it('is printed under one name', () => {
    expect(inspect(thrown())).toMatch(/^ElectionError: The options have one problem:\n/);
  });

  it('is told from what only looks like one', () => {
    expect(isElectionError(thrown())).toBe(true);
    expect(isElectionError(Object.assign(new Error('x'), { code: 'INVALID_OPTIONS' }))).toBe(false);
  });
});
