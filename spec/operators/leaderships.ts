import { electionError } from '../../lib/errors.js';
import type { Follower, Leader, Leadership } from '../../lib/leadership/leadership.js';
import { FencingToken } from '../../lib/lock/fencingToken.js';

const key = 'locks/reports';

const leader = (token: number, sinceMs: number, leaseEndMs = sinceMs + 100): Leader => ({
  kind: 'Leader',
  key,
  sessionId: 's',
  fencingToken: new FencingToken(token),
  sinceMs,
  leaseEndMs,
});

export const follower = (leaderInfo?: Follower['leader']): Follower => ({
  kind: 'Follower',
  key,
  leader: leaderInfo,
});

/**
 * States by letter: `F` follows nobody, `E` does not know; `L` leads, `X` is the same term with a
 * longer lease, `R` regained it, and `M` is another term.
 */
export const states: Record<string, Leadership> = {
  F: follower(),
  E: {
    kind: 'Error',
    key,
    error: electionError('LEASE_EXPIRED', {
      message: '',
      details: { leaseMs: 1 },
      retryable: true,
    }),
    attempt: 1,
    nextAttemptAtMs: undefined,
  },
  L: leader(5, 10),
  R: leader(5, 40),
  X: leader(5, 10, 500),
  M: leader(9, 90),
};
