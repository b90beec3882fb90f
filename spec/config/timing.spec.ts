import * as E from 'fp-ts/lib/Either.js';
import fc from 'fast-check';
import { electionSettings } from '../../lib/config/electionSettings.js';
import type { TimingOptions } from '../../lib/config/model/options.js';
import { resolveTiming } from '../../lib/config/explain/explainTiming.js';
import { fieldsOf, problemsOf } from './problemsOf.js';

const drifts = fc.double({ min: 0, max: 0.1, noNaN: true });
const lockDelays = fc.integer({ min: 0, max: 60_000 });
const ttls = fc.integer({ min: 10_000, max: 86_400_000 });

describe('the timings', () => {
  it('have defaults that belong together', () => {
    expect(resolveTiming({})).toEqual(
      E.right({
        sessionTtlMs: 10_000,
        lockDelayMs: 10_000,
        leaseMs: 9_900,
        stopBudgetMs: 500,
        renewIntervalMs: 3_333,
        evidenceIntervalMs: 2_350,
        requestTimeoutMs: 2_350,
        watchWaitMs: 45_000,
        clockDrift: 0.01,
        relyOnFencing: false,
        detector: { kind: 'sessionTtl' },
      }),
    );
  });

  it('take an undefined option for one that is not given', () => {
    expect(resolveTiming({ leaseMs: undefined })).toEqual(resolveTiming({}));
  });

  it('have defaults that satisfy every relation for every lock-delay with room for a lease', () => {
    fc.assert(
      fc.property(lockDelays, drifts, ttls, (lockDelayMs, clockDrift, sessionTtlMs) => {
        fc.pre(lockDelayMs * (1 - clockDrift) >= 100);
        const timing = resolveTiming({ lockDelayMs, clockDrift, sessionTtlMs });
        expect(problemsOf(timing)).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('are refused for every lock-delay without room for a lease', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 111 }), drifts, (lockDelayMs, clockDrift) => {
        fc.pre(lockDelayMs * (1 - clockDrift) < 99.99);
        expect(fieldsOf(resolveTiming({ lockDelayMs, clockDrift }))).toEqual(['lockDelayMs']);
      }),
    );
  });

  it('never leave a lease longer than a lock-delay covers on a slow clock', () => {
    fc.assert(
      fc.property(fc.integer({ min: 112, max: 60_000 }), drifts, (lockDelayMs, clockDrift) => {
        const { leaseMs } = electionSettings({ key: 'k', lockDelayMs, clockDrift }, {}).timing;
        expect(leaseMs / (1 - clockDrift)).toBeLessThanOrEqual(lockDelayMs + 1e-5);
      }),
    );
  });

  it('have defaults for every stop budget that leaves time for requests', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9_896 }), (stopBudgetMs) => {
        expect(problemsOf(resolveTiming({ stopBudgetMs }))).toEqual([]);
      }),
    );
  });

  it('have a lease as long as the TTL by default when fencing is relied on', () => {
    fc.assert(
      fc.property(lockDelays, ttls, (lockDelayMs, sessionTtlMs) => {
        const options = { lockDelayMs, sessionTtlMs, relyOnFencing: true };
        expect(resolveTiming(options)).toMatchObject({ right: { leaseMs: sessionTtlMs } });
      }),
    );
  });

  it.each<[TimingOptions, string]>([
    [{ leaseMs: 9_901 }, 'leaseMs'],
    [{ lockDelayMs: 5_000, leaseMs: 5_000 }, 'leaseMs'],
    [{ lockDelayMs: 0 }, 'lockDelayMs'],
    [{ lockDelayMs: 0, leaseMs: 5_000, stopBudgetMs: 9_000 }, 'lockDelayMs'],
    [{ lockDelayMs: 101 }, 'lockDelayMs'],
    [{ relyOnFencing: true, leaseMs: 10_001 }, 'leaseMs'],
    [{ stopBudgetMs: 9_900 }, 'stopBudgetMs'],
    [{ renewIntervalMs: 9_000 }, 'renewIntervalMs'],
    [{ evidenceIntervalMs: 5_000 }, 'evidenceIntervalMs'],
    [{ requestTimeoutMs: 4_000 }, 'requestTimeoutMs'],
    [{ stopBudgetMs: 9_899 }, 'stopBudgetMs'],
  ])('%j is refused, and %s is blamed', (options, field) => {
    expect(fieldsOf(resolveTiming(options))).toEqual([field]);
  });

  it('allow each relation to be met exactly', () => {
    const edges: readonly TimingOptions[] = [
      { leaseMs: 9_900 },
      { lockDelayMs: 102 },
      { lockDelayMs: 9_000, clockDrift: 0.07, leaseMs: 8_370 },
      { relyOnFencing: true, lockDelayMs: 0, leaseMs: 10_000 },
      { renewIntervalMs: 7_650 },
      { evidenceIntervalMs: 4_700 },
    ];
    expect(edges.flatMap((options) => problemsOf(resolveTiming(options)))).toEqual([]);
  });

  it('name relyOnFencing as the way out of a lock-delay that is too short', () => {
    expect(problemsOf(resolveTiming({ lockDelayMs: 0 }))[0]?.expected).toContain('relyOnFencing');
    expect(problemsOf(resolveTiming({ lockDelayMs: 0, relyOnFencing: true }))).toEqual([]);
  });

  it.each([
    ['sessionTtlMs', 9_999],
    ['sessionTtlMs', 86_400_001],
    ['sessionTtlMs', 10_000.5],
    ['sessionTtlMs', NaN],
    ['sessionTtlMs', Infinity],
    ['sessionTtlMs', '10000'],
    ['sessionTtlMs', null],
    ['lockDelayMs', -1],
    ['lockDelayMs', 60_001],
    ['leaseMs', 99],
    ['stopBudgetMs', -1],
    ['renewIntervalMs', 0],
    ['evidenceIntervalMs', 0],
    ['requestTimeoutMs', 0],
    ['watchWaitMs', 999],
    ['watchWaitMs', 60_001],
    ['clockDrift', -0.01],
    ['clockDrift', 0.11],
    ['clockDrift', NaN],
    ['relyOnFencing', 'yes'],
  ])('refuse %s = %p', (field, value) => {
    expect(fieldsOf(resolveTiming({ [field]: value }))).toEqual([field]);
  });

  it('are checked against each other even when another one is wrong by itself', () => {
    const options = {
      watchWaitMs: 1,
      renewIntervalMs: 9_000,
      lockDelayMs: -1,
      stopBudgetMs: 50_000,
    };
    expect(fieldsOf(resolveTiming({ ...options, requestTimeoutMs: 2_000 }))).toEqual([
      'lockDelayMs',
      'watchWaitMs',
      'renewIntervalMs',
    ]);
  });

  it('leave the other options of an election unseen, but not a mistyped one', () => {
    expect(fieldsOf(resolveTiming({ key: 42, consul: 42, lockDelay: 1 }))).toEqual(['lockDelay']);
  });
});
