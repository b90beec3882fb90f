import { leaderElection, type Time } from '../../../lib/index.js';
import { simulatedConsul } from '../../../lib/testing/index.js';
import { marbles, type MarbleHelpers } from '../../support/marbles.js';
import { key, roundTripMs } from './harness.js';

interface Harness extends MarbleHelpers {
  readonly election: (options?: { readonly time?: Time }) => ReturnType<typeof leaderElection>;
}

/** The play of one election, whole: a copy of it would freeze its `state`. */
function play(scenario: (harness: Harness) => void): void {
  marbles((helpers) => {
    const { time } = helpers;
    const consul = simulatedConsul({ time, latencyMs: roundTripMs });
    scenario({
      ...helpers,
      election: (options) => {
        const { transport } = consul.connect();
        return leaderElection({ key, transport, time, chance: () => 0.5, ...options });
      },
    });
  });
}

describe('state', () => {
  it('is the latest leadership, and undefined while nobody is subscribed', () => {
    const seen: unknown[] = [];
    play(({ at, election }) => {
      const a = election();
      const look = () => seen.push(a.state?.kind);
      look();
      const joined = a.leadership$.subscribe();
      at({
        2: look,
        5: look,
        7: look,
        100: () => {
          joined.unsubscribe();
          look();
        },
      });
    });
    expect(seen).toEqual([undefined, undefined, 'Follower', 'Leader', undefined]);
  });

  it('is what subscribers were told, the same object', () => {
    expect.assertions(2);
    play(({ at, election }) => {
      const a = election();
      const told: unknown[] = [];
      const joined = a.leadership$.subscribe((leadership) => told.push(leadership));
      at({
        5_000: () => {
          expect(a.state).toMatchObject({ kind: 'Leader', key });
          expect(a.state).toBe(told.at(-1));
          joined.unsubscribe();
        },
      });
    });
  });

  it('is no leader after a stalled event loop, before the stream says so', () => {
    const seen: unknown[] = [];
    play(({ at, election, time }) => {
      let sleptMs = 0;
      const now = () => {
        const { monotonicMs, wallMs } = time.now();
        return { monotonicMs: monotonicMs + sleptMs, wallMs: wallMs + sleptMs };
      };
      const a = election({ time: { ...time, now } });
      const joined = a.leadership$.subscribe();
      at({
        1_000: () => {
          seen.push(a.state?.kind);
          sleptMs = 9_399;
          seen.push(a.state?.kind === 'Error' ? a.state.error.code : a.state?.kind);
          joined.unsubscribe();
        },
      });
    });
    expect(seen).toEqual(['Leader', 'LEASE_EXPIRED']);
  });

  it('is undefined again after a resignation', () => {
    const seen: unknown[] = [];
    play(({ at, election }) => {
      const a = election();
      a.leadership$.subscribe();
      at({
        1_000: () => {
          a.resign().subscribe(() => seen.push(a.state));
          seen.push(a.state?.kind);
        },
      });
    });
    expect(seen).toEqual(['Follower', undefined]);
  });
});

describe('asking an election that nobody has joined whether it leads', () => {
  const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => undefined);
  beforeEach(() => warnings.mockClear());
  afterAll(() => warnings.mockRestore());

  it('says once, by a process warning, why the answer is no', () => {
    play(({ election }) => {
      const a = election();
      expect([a.isLeader(), a.isLeader(), a.leaseRemainingMs()]).toEqual([false, false, 0]);
    });
    expect(warnings).toHaveBeenCalledTimes(1);
    expect(warnings).toHaveBeenCalledWith(expect.stringContaining(`"${key}"`), {
      type: 'LeaderElectionWarning',
      code: 'ELECTION_NOT_JOINED',
    });
  });

  it.each<[string, (a: ReturnType<typeof leaderElection>) => unknown]>([
    ['verify', (a) => a.verify().subscribe()],
    ['fencedTransaction', (a) => a.fencedTransaction([{ verb: 'get', key: 'a' }]).subscribe()],
  ])('warns for %s, too', (_, ask) => {
    play(({ election }) => ask(election()));
    expect(warnings).toHaveBeenCalledTimes(1);
  });

  it('does not warn while it joins, nor after it has left', () => {
    play(({ at, election }) => {
      const a = election();
      const joined = a.leadership$.subscribe();
      a.isLeader();
      at({
        100: () => {
          joined.unsubscribe();
          a.isLeader();
        },
      });
    });
    expect(warnings).not.toHaveBeenCalled();
  });
});
