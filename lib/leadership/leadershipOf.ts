import type { KeyEntry } from '../consul/http/answers.js';
import { electionError } from '../errors.js';
import { FencingToken } from '../lock/fencingToken.js';
import { readLockValue } from '../lock/lockValue.js';
import type { Leader, Leadership, LeadershipError, LeaderInfo } from './leadership.js';
import type { LeaseTiming } from './lease.js';
import type { ElectionState, Failure, Holding } from './transition.js';

/**
 * What a user is told of a state; nothing while nothing is known yet.
 *
 * @param metadata - what this process says of itself
 */
export function leadershipOf(
  key: string,
  timing: LeaseTiming,
  state: ElectionState,
  metadata?: LeaderInfo['metadata'],
): Leadership | undefined {
  if (state.kind === 'Holding') {
    return state.expired ? expiredLease(key, timing, state) : leader(key, timing, state, metadata);
  }
  if (state.failure) return failure(key, state.failure);
  if (state.kind === 'Joining') return undefined;
  return { kind: 'Follower', key, leader: state.holder && leaderInfo(state.holder) };
}

/** Whether two states say the same to a user; a lease that was extended is no news. */
export function sameLeadership(
  one: Leadership | undefined,
  other: Leadership | undefined,
): boolean {
  if (one === undefined || other === undefined) return one === other;
  switch (one.kind) {
    case 'Leader':
      return (
        other.kind === 'Leader' &&
        one.sessionId === other.sessionId &&
        one.fencingToken.value === other.fencingToken.value &&
        one.sinceMs === other.sinceMs
      );
    case 'Follower':
      return (
        other.kind === 'Follower' &&
        one.leader?.sessionId === other.leader?.sessionId &&
        JSON.stringify(one.leader?.metadata) === JSON.stringify(other.leader?.metadata)
      );
    case 'Error':
      return (
        other.kind === 'Error' &&
        one.error.code === other.error.code &&
        one.attempt === other.attempt &&
        one.nextAttemptAtMs === other.nextAttemptAtMs
      );
  }
}

function leader(
  key: string,
  { leaseMs }: LeaseTiming,
  state: Holding,
  metadata: LeaderInfo['metadata'],
): Leader {
  return {
    kind: 'Leader',
    key,
    sessionId: state.sessionId,
    fencingToken: new FencingToken(state.token),
    sinceMs: state.since.wallMs,
    leaseEndMs: state.confirmedAt.wallMs + leaseMs,
    metadata,
  };
}

function expiredLease(key: string, { leaseMs }: LeaseTiming, state: Holding): LeadershipError {
  const error = electionError('LEASE_EXPIRED', {
    message:
      `This process stopped leading "${key}": Consul did not confirm the lock for ${leaseMs} ms. ` +
      'It leads again once Consul does, unless another process does. If this happens often, check Consul or raise lockDelayMs.',
    details: { leaseMs },
    retryable: true,
    cause: state.failure?.error,
  });
  return {
    kind: 'Error',
    key,
    error,
    attempt: state.failure?.attempt ?? 1,
    nextAttemptAtMs: state.failure?.nextAttemptAtMs,
  };
}

const failure = (key: string, { error, attempt, nextAttemptAtMs }: Failure): LeadershipError => ({
  kind: 'Error',
  key,
  error,
  attempt,
  nextAttemptAtMs,
});

function leaderInfo(entry: KeyEntry): LeaderInfo {
  return { sessionId: entry.sessionId ?? '', metadata: readLockValue(entry.value).metadata };
}
