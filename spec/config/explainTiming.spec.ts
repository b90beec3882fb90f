import fc from 'fast-check';
import { explainTiming } from '../../lib/config/explain/explainTiming.js';

const lockDelays = fc.integer({ min: 112, max: 60_000 });

describe('explainTiming', () => {
  it('counts a crash failover from the last renewal to the acquisition', () => {
    const { crashFailoverMs } = explainTiming({ sessionTtlMs: 12_000, lockDelayMs: 5_000 });
    expect(crashFailoverMs).toEqual({ best: 25_002, worst: 29_002 });
  });

  it('counts with the round trip it is given', () => {
    const { crashFailoverMs, handoverMs } = explainTiming({}, { roundTripMs: 50 });
    expect(crashFailoverMs.worst).toBe(30_100);
    expect(handoverMs).toEqual({ typical: 100, worst: 100 + 500 + 2_350 });
  });

  it('says how long a leader that is cut off believes, and how far the next one is', () => {
    const { stepDownAfterMs, margins, overlapMs } = explainTiming();
    expect(stepDownAfterMs).toEqual({ best: 9_400 - 2_350 - 1, worst: 9_400 });
    expect(margins).toEqual({ nominalMs: 100, withDriftMs: 0, fromStepDownMs: 505 });
    expect(overlapMs).toBe(0);
  });

  it('finds no overlap for any timings that follow the strict rule', () => {
    fc.assert(
      fc.property(
        lockDelays,
        fc.double({ min: 0, max: 0.1, noNaN: true }),
        (lockDelayMs, clockDrift) => {
          const { margins, overlapMs, timing } = explainTiming({ lockDelayMs, clockDrift });
          expect(margins.withDriftMs).toBeGreaterThanOrEqual(0);
          expect(margins.fromStepDownMs).toBeGreaterThanOrEqual(timing.stopBudgetMs);
          expect(overlapMs).toBe(0);
        },
      ),
    );
  });

  it('keeps its ranges in order, and rides out less than what ends a lease', () => {
    const roundTrips = fc.double({ min: 0, max: 100_000, noNaN: true });
    fc.assert(
      fc.property(lockDelays, roundTrips, (lockDelayMs, roundTripMs) => {
        const explained = explainTiming({ lockDelayMs }, { roundTripMs });
        const { crashFailoverMs, handoverMs, stepDownAfterMs, longestOutageMs } = explained;
        expect(crashFailoverMs.best).toBeLessThan(crashFailoverMs.worst);
        expect(handoverMs.typical).toBeLessThan(handoverMs.worst);
        expect(stepDownAfterMs.best).toBeLessThan(stepDownAfterMs.worst);
        expect(longestOutageMs).toBeGreaterThanOrEqual(0);
        expect(longestOutageMs).toBeLessThan(stepDownAfterMs.worst);
      }),
    );
  });

  it('rides out a quick raft election with the defaults and steps down in a slow one', () => {
    const { ridesOut, doesNotRideOut, longestOutageMs } = explainTiming();
    expect(longestOutageMs).toBe(3_523);
    expect(ridesOut).toContain(
      'A raft election with raft_multiplier 1 (2.6 s to 3.5 s) does not change the state.',
    );
    expect(doesNotRideOut.join()).toMatch(/raft_multiplier, 5 \(14.2 s to 19.6 s\) outlasts/);
  });

  it('says of a raft election about as long as the lease that it depends', () => {
    const { doesNotRideOut } = explainTiming({ lockDelayMs: 30_000 });
    expect(doesNotRideOut.join()).toMatch(/raft_multiplier, 5 .* may outlast the lease/);
  });

  it('rides out a slow raft election with a long lease', () => {
    const { ridesOut } = explainTiming({ lockDelayMs: 60_000 });
    expect(ridesOut.join()).toMatch(/raft_multiplier, 5 .* does not change the state/);
  });

  it('is bounded by the session where the lease is longer', () => {
    // 20 000 - 3333 (renewal due) - 3333 (pause) - 2500 (lost request) - 2 (round trips)
    expect(explainTiming({ lockDelayMs: 60_000 }).longestOutageMs).toBe(10_832);
  });

  it('says plainly that two may lead when fencing is relied on, for how long and why', () => {
    const { overlapMs, summary } = explainTiming({ relyOnFencing: true, lockDelayMs: 0 });
    expect(overlapMs).toBe(Math.ceil(10_000 / 0.99));
    expect(summary).toContain('Two processes may lead at once for up to 10102 ms: relyOnFencing');
    expect(summary).not.toContain('Nobody else can lead');
  });

  it('says when relying on fencing is not needed', () => {
    const { overlapMs, summary } = explainTiming({ relyOnFencing: true, leaseMs: 5_000 });
    expect(overlapMs).toBe(0);
    expect(summary).toContain('relyOnFencing is set, but these timings do not need it.');
  });

  it('names what no timing covers, always', () => {
    expect(explainTiming().doesNotRideOut.join()).toMatch(/deletes/);
  });

  it('rides out nothing where a round trip outlasts the request timeout', () => {
    const { longestOutageMs, doesNotRideOut, ridesOut } = explainTiming({}, { roundTripMs: 3_000 });
    expect(longestOutageMs).toBe(0);
    expect(ridesOut).toEqual([]);
    expect(doesNotRideOut.join()).toMatch(/no request succeeds/);
  });

  it('puts every sentence into the summary', () => {
    const { summary, ridesOut, doesNotRideOut } = explainTiming();
    const lines = summary.split('\n');
    expect(lines).toEqual(
      expect.arrayContaining([...ridesOut, ...doesNotRideOut].map((s) => `- ${s}`)),
    );
  });

  it('takes the whole options of an election', () => {
    const options = { key: 'k', lockDelayMs: 5_000 };
    expect(explainTiming(options)).toEqual(explainTiming({ lockDelayMs: 5_000 }));
  });

  it('refuses timings that an election would refuse, and round trips that are none', () => {
    expect(() => explainTiming({ lockDelayMs: 0 })).toThrow(/relyOnFencing/);
    expect(() => explainTiming({}, { roundTripMs: -1 })).toThrow(/roundTripMs = -1/);
    expect(() => explainTiming({}, { roundTripMs: NaN })).toThrow(/roundTripMs = NaN/);
  });
});
