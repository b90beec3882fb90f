import fc from 'fast-check';
import type { KeyEntry } from '../../lib/consul/http/answers.js';
import { electionError } from '../../lib/errors.js';
import type { ElectionEvent } from '../../lib/leadership/electionEvent.js';
import { leadershipOf, sameLeadership } from '../../lib/leadership/leadershipOf.js';
import { joining, transition, type ElectionState } from '../../lib/leadership/transition.js';
import type { Instant } from '../../lib/ports/instant.js';

const timing = { leaseMs: 1_000, stopBudgetMs: 100 };
const sessionId = 'mine';

const at = (ms: number): Instant => ({ monotonicMs: ms, wallMs: ms });
const evidence = (type: 'Acquired' | 'Confirmed', sentMs: number, atMs = sentMs, modifyIndex = 7) =>
  ({ type, at: at(atMs), sentAt: at(sentMs), sessionId, modifyIndex }) satisfies ElectionEvent;
const entry = (holder: string | undefined, value = ''): KeyEntry => ({
  key: 'k',
  value,
  flags: 0n,
  sessionId: holder,
  createIndex: 1,
  modifyIndex: 7,
  lockIndex: 1,
});
const observed = (atMs: number, seen: KeyEntry | undefined): ElectionEvent => ({
  type: 'Observed',
  at: at(atMs),
  sessionId,
  observation: { entry: seen, index: 7, sentAt: at(atMs), receivedAt: at(atMs), isPolled: true },
  freeSince: undefined,
  abandonedSince: undefined,
  holderLockDelayMs: undefined,
});
const failed = (atMs: number, source: 'session' | 'lock' | 'watch' = 'lock'): ElectionEvent => ({
  type: 'Failed',
  at: at(atMs),
  source,
  error: electionError('SERVER_ERROR', {
    message: 'No cluster leader',
    details: { status: 500, text: 'No cluster leader' },
    retryable: true,
  }),
  attempt: 3,
  delayMs: 40,
});

/** All states that the events lead through, the first one left out. */
function run(...events: readonly ElectionEvent[]): ElectionState[] {
  const states: ElectionState[] = [];
  for (const event of events) {
    states.push(...transition(timing, states[states.length - 1] ?? joining, event));
  }
  return states;
}

const shown = (states: readonly ElectionState[]): (string | undefined)[] =>
  states.map((state) => leadershipOf('k', timing, state)?.kind);
const last = (states: readonly ElectionState[]) =>
  leadershipOf('k', timing, states[states.length - 1] ?? joining);

describe('transition', () => {
  it('says nothing before anything is known', () => {
    expect(leadershipOf('k', timing, joining)).toBeUndefined();
  });

  it('follows whoever holds the key, and shows the metadata', () => {
    const states = run(observed(1, entry('other', '{"host":"a"}')));
    expect(last(states)).toEqual({
      kind: 'Follower',
      key: 'k',
      leader: { sessionId: 'other', metadata: { host: 'a' } },
    });
  });

  it.each([
    ['text', 'Consul Lock', 'Consul Lock'],
    ['a JSON string', '"a"', '"a"'],
    ['a JSON array', '[1]', '[1]'],
    ['nothing', '', undefined],
  ])('shows a value that is %s as it is', (_, value, metadata) => {
    expect(last(run(observed(1, entry('other', value))))).toMatchObject({ leader: { metadata } });
  });

  it('follows nobody while the key is free or its own session seems to hold it', () => {
    for (const seen of [undefined, entry(undefined), entry(sessionId)]) {
      expect(last(run(observed(1, seen)))).toEqual({
        kind: 'Follower',
        key: 'k',
        leader: undefined,
      });
    }
  });

  it('leads from an acquisition, with its index as the token', () => {
    const leader = last(run(observed(1, undefined), evidence('Acquired', 10, 12)));
    expect(leader).toMatchObject({ kind: 'Leader', sessionId, sinceMs: 12, leaseEndMs: 1_010 });
    expect(leader?.kind === 'Leader' && leader.fencingToken.value).toBe(7n);
  });

  it('counts the lease from when the request was sent, so a late answer may bring no leadership', () => {
    expect(shown(run(evidence('Acquired', 0, 899)))).toEqual(['Leader']);
    expect(shown(run(evidence('Acquired', 0, 900)))).toEqual(['Error']);
  });

  it('keeps the token of an unbroken lease when somebody writes to the key', () => {
    const states = run(evidence('Acquired', 0), evidence('Confirmed', 300, 301, 99));
    expect(states[1]).toMatchObject({ token: 7, confirmedAt: at(300) });
  });

  it('leads by the same token, since later, when an expired lease is confirmed again', () => {
    const states = run(
      evidence('Acquired', 0),
      { type: 'Expired', at: at(900) },
      evidence('Confirmed', 950),
    );
    expect(shown(states)).toEqual(['Leader', 'Error', 'Leader']);
    expect(states[2]).toMatchObject({ token: 7, since: at(950) });
  });

  it('keeps its token across an expiry when the entry was written before it, and not since', () => {
    const states = run(
      evidence('Acquired', 0),
      evidence('Confirmed', 300, 301, 12),
      { type: 'Expired', at: at(1_200) },
      evidence('Confirmed', 1_250, 1_251, 12),
    );
    expect(shown(states)).toEqual(['Leader', 'Leader', 'Error', 'Leader']);
    expect(states[3]).toMatchObject({ token: 7, modifyIndex: 12, since: at(1_251) });
  });

  it('takes a larger token when the entry has changed during an expiry', () => {
    const states = run(
      evidence('Acquired', 0),
      { type: 'Expired', at: at(900) },
      evidence('Confirmed', 950, 951, 12),
    );
    expect(states[2]).toMatchObject({ token: 12 });
  });

  it('passes through the end of the lease when its timer was late', () => {
    expect(shown(run(evidence('Acquired', 0), evidence('Confirmed', 2_000)))).toEqual([
      'Leader',
      'Error',
      'Leader',
    ]);
    expect(shown(run(evidence('Acquired', 0), observed(2_000, undefined)))).toEqual([
      'Leader',
      'Error',
      'Error',
    ]);
  });

  it('rides failures out while the lease holds', () => {
    const states = run(evidence('Acquired', 0), failed(100), failed(200, 'watch'), failed(300));
    expect(shown(states)).toEqual(['Leader', 'Leader', 'Leader', 'Leader']);
    const [before, ...after] = states.map((state) => leadershipOf('k', timing, state));
    expect(after.every((state) => before && state && sameLeadership(before, state))).toBe(true);
  });

  it('tells of the last failure when the lease expires', () => {
    const leadership = last(
      run(evidence('Acquired', 0), failed(800), { type: 'Expired', at: at(900) }),
    );
    expect(leadership).toMatchObject({
      kind: 'Error',
      attempt: 3,
      nextAttemptAtMs: 840,
      error: { code: 'LEASE_EXPIRED', cause: { code: 'SERVER_ERROR' } },
    });
  });

  it('does not let the watch of a leader end or extend anything', () => {
    const states = run(
      evidence('Acquired', 0),
      observed(10, entry('other')),
      observed(20, undefined),
    );
    expect(shown(states)).toEqual(['Leader', 'Leader', 'Leader']);
    expect(states[2]).toMatchObject({ confirmedAt: at(0) });
  });

  it('goes by the newest confirmation, whichever answer comes last', () => {
    const states = run(
      evidence('Acquired', 0),
      evidence('Confirmed', 50, 52),
      evidence('Confirmed', 40, 55),
    );
    expect(states[2]).toMatchObject({ confirmedAt: at(50) });
  });

  it.each(['Lost', 'SteppedDown'] as const)('follows at once when the lock is %s', (type) => {
    expect(last(run(evidence('Acquired', 0), { type, at: at(5) }))).toEqual({
      kind: 'Follower',
      key: 'k',
      leader: undefined,
    });
  });

  it('does not know who leads after a failure, and does again after an observation', () => {
    const states = run(
      observed(1, entry('other')),
      failed(2, 'watch'),
      observed(3, entry('other')),
    );
    expect(shown(states)).toEqual(['Follower', 'Error', 'Follower']);
    expect(leadershipOf('k', timing, states[1] ?? joining)).toMatchObject({
      attempt: 3,
      nextAttemptAtMs: 42,
      error: { code: 'SERVER_ERROR' },
    });
  });

  it('never shows a leader later than the lease that was confirmed last allows', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 1_500 }),
      ageMs: fc.integer({ min: 0, max: 1_500 }),
      kind: fc.constantFrom('Acquired', 'Confirmed', 'Observed', 'Failed', 'Expired', 'Lost'),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let nowMs = 10_000;
        let confirmedMs = -Infinity;
        let state: ElectionState = joining;
        for (const { afterMs, ageMs, kind } of steps) {
          nowMs += afterMs;
          const event =
            kind === 'Acquired' || kind === 'Confirmed'
              ? evidence(kind, nowMs - ageMs, nowMs)
              : kind === 'Observed'
                ? observed(nowMs, undefined)
                : kind === 'Failed'
                  ? failed(nowMs)
                  : ({ type: kind, at: at(nowMs) } as ElectionEvent);
          if (event.type === 'Lost') confirmedMs = -Infinity;
          if (event.type === 'Acquired' || event.type === 'Confirmed') {
            confirmedMs = Math.max(confirmedMs, nowMs - ageMs);
          }
          for (const next of transition(timing, state, event)) state = next;
          const leads = leadershipOf('k', timing, state)?.kind === 'Leader';
          const endMs = confirmedMs + timing.leaseMs - timing.stopBudgetMs;
          expect({ leads, tooLate: leads && nowMs >= endMs }).toEqual({ leads, tooLate: false });
        }
      }),
    );
  });
});
