import * as E from 'fp-ts/lib/Either.js';
import { setNodeCheck } from '../../../../lib/testing/consul/model/checks.js';
import { advanceTo, nextDeadlineMs } from '../../../../lib/testing/consul/model/expiry.js';
import { lockKey } from '../../../../lib/testing/consul/model/keys.js';
import { isDelayed, replayLockDelays } from '../../../../lib/testing/consul/model/lockDelays.js';
import {
  createSession,
  endSession,
  renewSession,
  type SessionRequest,
} from '../../../../lib/testing/consul/model/sessions.js';
import {
  emptyConsul,
  nextEntry,
  type ConsulState,
} from '../../../../lib/testing/consul/model/state.js';

const id = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function withSession(state: ConsulState, n: number, nowMs: number, more: Partial<SessionRequest>) {
  const request: SessionRequest = {
    ...{ id: id(n), name: '', node: 'node-1', ttl: '10s', ttlMs: 10_000, behavior: 'release' },
    ...{ lockDelayNs: 5_000_000_000n, nodeChecks: [], legacyChecks: [], serviceChecks: undefined },
    ...more,
  };
  return createSession(state, request, nowMs)[0];
}

function holding(state: ConsulState, key: string, n: number): ConsulState {
  const locked = lockKey(nextEntry(state), { key, valueBase64: '', flags: 0n }, id(n));
  if (E.isLeft(locked)) throw new Error(locked.left);
  return locked.right[0];
}

describe('advanceTo', () => {
  it('ends a session at twice its TTL and not a millisecond before', () => {
    const state = withSession(emptyConsul(), 1, 100, {});
    expect(nextDeadlineMs(state)).toBe(20_100);
    expect(advanceTo(state, 20_099.9)).toBe(state);
    expect(advanceTo(state, 20_100).sessions.size).toBe(0);
  });

  it('counts from the last renewal', () => {
    const [state] = renewSession(withSession(emptyConsul(), 1, 0, {}), id(1), 7_000);
    expect(nextDeadlineMs(state)).toBe(27_000);
  });

  it('never ends a session without a TTL', () => {
    const state = withSession(emptyConsul(), 1, 0, { ttlMs: 0 });
    expect(nextDeadlineMs(state)).toBeUndefined();
    expect(advanceTo(state, 1e12)).toBe(state);
  });

  it('starts the lock-delay at the deadline, however late somebody looks', () => {
    const state = advanceTo(holding(withSession(emptyConsul(), 1, 0, {}), 'k', 1), 24_000);
    expect(isDelayed(state, 'k', 24_999)).toBe(true);
    expect(isDelayed(state, 'k', 25_000)).toBe(false);
  });

  it('ends sessions in the order of their deadlines, each at an index of its own', () => {
    const two = withSession(withSession(emptyConsul(), 1, 500, {}), 2, 0, {});
    const state = advanceTo(holding(holding(two, 'a', 1), 'b', 2), 60_000);
    const [a, b] = [state.entries.get('a')!, state.entries.get('b')!];
    expect(b.modifyIndex).toBeLessThan(a.modifyIndex);
    expect([a.sessionId, b.sessionId]).toEqual([undefined, undefined]);
  });
});

describe('the lock-delay', () => {
  it('is clamped to a minute', () => {
    const made = withSession(emptyConsul(), 1, 0, { lockDelayNs: 61_000_000_000n });
    const state = endSession(holding(made, 'k', 1), id(1), 1000);
    expect(isDelayed(state, 'k', 60_999)).toBe(true);
    expect(isDelayed(state, 'k', 61_000)).toBe(false);
  });

  it('is ended by the timer of an earlier one, on a server that has just started', () => {
    const lost = endSession(holding(withSession(emptyConsul(), 1, 0, {}), 'k', 1), id(1), 1_000);
    const held = holding(withSession(lost, 2, 7_000, {}), 'k', 2);
    const [going, started] = [held, replayLockDelays(held, 8_000)].map((state) =>
      endSession(state, id(2), 11_000),
    );
    const barred = (state: ConsulState | undefined, nowMs: number) => isDelayed(state!, 'k', nowMs);
    expect([barred(going, 15_999), barred(going, 16_000)]).toEqual([true, false]);
    // It read the log at 8 s and barred the key for five of them.
    expect([barred(started, 12_999), barred(started, 13_000)]).toEqual([true, false]);
  });

  it('bars only the keys that the session held', () => {
    const state = endSession(holding(withSession(emptyConsul(), 1, 0, {}), 'k', 1), id(1), 1000);
    expect(isDelayed(state, 'other', 1001)).toBe(false);
  });
});

describe('setNodeCheck', () => {
  it('ends the sessions that depend on a check by any of its three names', () => {
    const passing = setNodeCheck(emptyConsul(), 'web', 'passing', 0);
    const one = withSession(passing, 1, 0, { nodeChecks: ['web'] });
    const two = withSession(one, 2, 0, { legacyChecks: ['web'] });
    const three = withSession(two, 3, 0, { serviceChecks: [{ id: 'web', namespace: '' }] });
    const four = withSession(three, 4, 0, { nodeChecks: ['serfHealth'] });
    expect([...setNodeCheck(four, 'web', 'critical', 1).sessions.keys()]).toEqual([id(4)]);
  });

  it('leaves the state that it was given as it was', () => {
    const state = holding(withSession(emptyConsul(), 1, 0, { nodeChecks: ['serfHealth'] }), 'k', 1);
    const before = structuredClone(state);
    setNodeCheck(state, 'serfHealth', 'critical', 1);
    expect(state).toEqual(before);
  });
});
