import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { explainTiming } from '../../lib/config/explain/explainTiming.js';
import { longestPassPauseMs, passTimeoutMs } from '../../lib/config/timing/bounds.js';
import type { TimingOptions } from '../../lib/config/model/options.js';
import { resolveTiming } from '../../lib/config/explain/explainTiming.js';
import { fieldsOf, problemsOf } from './problemsOf.js';

const checkTtls = fc.integer({ min: 200, max: 20_000 });

describe('a detector', () => {
  it('is completed', () => {
    const timing = resolveTiming({ detector: { kind: 'ttlCheck', checkTtlMs: 500 } });
    expect(timing).toMatchObject(
      E.right({
        detector: {
          ...{ kind: 'ttlCheck', checkTtlMs: 500, passIntervalMs: 125, serfHealth: true },
          serviceName: 'rxjs-leader-election',
        },
      }),
    );
  });

  it('leaves time for another pass after one that was lost, whatever its TTL and its interval', () => {
    fc.assert(
      fc.property(
        checkTtls,
        fc.double({ min: 0.01, max: 0.5, noNaN: true }),
        (checkTtlMs, part) => {
          const passIntervalMs = Math.max(1, Math.floor(checkTtlMs * part));
          const detector = { kind: 'ttlCheck', checkTtlMs, passIntervalMs } as const;
          expect(problemsOf(resolveTiming({ detector }))).toEqual([]);
          const timeoutMs = passTimeoutMs(detector, 2_500);
          expect(timeoutMs).toBeGreaterThanOrEqual(25);
          const secondMs = passIntervalMs + timeoutMs + longestPassPauseMs(detector) + timeoutMs;
          expect(secondMs).toBeLessThanOrEqual(checkTtlMs);
        },
      ),
    );
  });

  it.each<[string, unknown, readonly string[]]>([
    ['no object', 'ttlCheck', ['detector']],
    ['of no kind that there is', { kind: 'serfHealth' }, ['detector']],
    ['without its TTL', { kind: 'ttlCheck' }, ['detector.checkTtlMs']],
    ['too short', { kind: 'ttlCheck', checkTtlMs: 199 }, ['detector.checkTtlMs']],
    [
      'passed too seldom',
      { kind: 'ttlCheck', checkTtlMs: 400, passIntervalMs: 201 },
      ['detector.passIntervalMs'],
    ],
    ['slower than the session', { kind: 'ttlCheck', checkTtlMs: 20_001 }, ['detector.checkTtlMs']],
    [
      'in a service that no ACL rule could name',
      { kind: 'ttlCheck', checkTtlMs: 500, serviceName: 'a"b' },
      ['detector.serviceName'],
    ],
    [
      'with a name that is unknown',
      { kind: 'sessionTtl', checkTtlMs: 500 },
      ['detector.checkTtlMs'],
    ],
  ])('is refused: %s', (_, detector, fields) => {
    expect(fieldsOf(resolveTiming({ detector }))).toEqual(fields);
  });

  it('is judged together with everything else', () => {
    const options = {
      detector: { kind: 'ttlCheck', checkTtlMs: 30_000, passIntervalMs: 20_000 },
      lockDelayMs: 0,
    };
    expect(fieldsOf(resolveTiming(options))).toEqual([
      'lockDelayMs',
      'detector.passIntervalMs',
      'detector.checkTtlMs',
    ]);
  });
});

describe('a preset', () => {
  it.each(['fast', 'balanced', 'steady'] as const)('is sound by itself: %s', (preset) => {
    expect(explainTiming({ preset }).overlapMs).toBe(0);
  });

  it('gives way to what is said besides, and to no undefined', () => {
    const options: TimingOptions = { preset: 'steady', sessionTtlMs: 20_000 };
    expect(explainTiming(options).timing).toMatchObject({ sessionTtlMs: 20_000, leaseMs: 29_700 });
    const unsaid = { preset: 'steady', sessionTtlMs: undefined } as unknown as TimingOptions;
    expect(explainTiming(unsaid)).toEqual(explainTiming({ preset: 'steady' }));
  });

  it('is not blamed for what does not go with it', () => {
    expect(fieldsOf(resolveTiming({ preset: 'balanced', lockDelayMs: 1_000 }))).toEqual([
      'lockDelayMs',
    ]);
  });

  it('is refused when there is none of that name', () => {
    expect(fieldsOf(resolveTiming({ preset: 'toString' }))).toEqual(['preset']);
  });

  it('fast: a crash is followed within a second', () => {
    expect(explainTiming({ preset: 'fast' }).crashFailoverMs).toEqual({ best: 877, worst: 1_002 });
  });

  it('fast without a lock-delay, relying on fencing: within half a second', () => {
    const fenced = { preset: 'fast', lockDelayMs: 0, relyOnFencing: true } as const;
    const { crashFailoverMs, overlapMs } = explainTiming(fenced);
    expect(crashFailoverMs.worst).toBe(502);
    expect(overlapMs).toBeGreaterThan(0);
  });

  it('balanced: rides out a raft election of servers with raft_multiplier 1', () => {
    expect(explainTiming({ preset: 'balanced' }).longestServerOutageMs).toBeGreaterThan(3_500);
  });

  it('steady: rides out a raft election with the default raft_multiplier', () => {
    expect(explainTiming({ preset: 'steady' }).ridesOut.join()).toMatch(
      /default raft_multiplier, 5 \(14.2 s to 19.6 s\) does not change the state/,
    );
  });
});

describe('what explainTiming says of a ttlCheck', () => {
  const detector = { kind: 'ttlCheck', checkTtlMs: 1_000 } as const;

  it('counts a crash from the last pass, and the loss of a node by serfHealth or by the session', () => {
    const explained = explainTiming({ detector, lockDelayMs: 5_000 });
    expect(explained.crashFailoverMs).toEqual({ best: 5_752, worst: 6_002 });
    expect(explained.nodeFailoverMs).toEqual({ best: 11_002, worst: 12_002 });
    const alone = { detector: { ...detector, serfHealth: false }, lockDelayMs: 5_000 } as const;
    expect(explainTiming(alone).nodeFailoverMs).toEqual({ best: 21_669, worst: 25_002 });
  });

  it('rides out less where the agent does not answer than where only the servers do not', () => {
    const { longestOutageMs, longestServerOutageMs } = explainTiming({ detector });
    // 1000 - 250 (pass due) - 125 (pause) - 312 (lost pass) - 2 (round trips)
    expect(longestOutageMs).toBe(311);
    expect(longestServerOutageMs).toBe(explainTiming().longestOutageMs);
  });

  it('names a blocked event loop and a restart of the agent among what is not ridden out', () => {
    const said = explainTiming({ detector }).doesNotRideOut.join();
    expect(said).toMatch(/event loop is blocked, for 1000 ms or more loses its session/);
    expect(said).toMatch(/restart of the agent may end the sessions of its node/);
    expect(explainTiming().doesNotRideOut.join()).not.toMatch(/restart of the agent/);
  });

  it('adds the passes to the requests, and the check to the raft writes', () => {
    const plain = explainTiming().traffic;
    const checked = explainTiming({ detector }).traffic;
    expect(plain.passesPerS).toBe(0);
    expect(checked.passesPerS).toBeCloseTo(1_000 / 251);
    expect(checked.leaderRequestsPerS).toBeCloseTo(plain.leaderRequestsPerS + checked.passesPerS);
    expect(checked.raftWritesToJoin).toBe(plain.raftWritesToJoin + 1);
  });
});
