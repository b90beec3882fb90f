import { map, take, type Observable } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { isElectionError, leaderElection, type Leadership } from '../../../lib/index.js';
import { leadershipMarbles, roles, simulatedConsul } from '../../../lib/testing/index.js';
import { marbles } from '../../support/marbles.js';

/** All that a script tells, and when. */
function told(diagram: string, options?: Parameters<typeof leadershipMarbles>[1]): Leadership[] {
  const states: Leadership[] = [];
  marbles(({ scheduler }) => {
    leadershipMarbles(scheduler, options)
      .cold(diagram)
      .subscribe((state) => states.push(state));
  });
  return states;
}

const tokens = (states: readonly Leadership[]) =>
  states.flatMap((state) => (state.kind === 'Leader' ? [state.fencingToken.value] : []));

const sessions = (states: readonly Leadership[]) =>
  states.flatMap((state) => (state.kind === 'Leader' ? [state.sessionId] : []));

const others = (states: readonly Leadership[]) =>
  states.flatMap((state) => (state.kind === 'Follower' ? [state.leader] : []));

describe('leadershipMarbles', () => {
  it('tells each role at its moment, also in groups and after units of time', () => {
    marbles(({ scheduler, expectObservable }) => {
      const { cold, hot } = leadershipMarbles(scheduler);
      const kind = map(({ kind: [initial] }: Leadership) => initial);
      expectObservable(cold('V-(FL) 10s E 500ms L|').pipe(kind)).toBe('F-(FL) 10s E 500ms L|');
      expectObservable(hot('--F--L-'), '---^').toBe('-----l', { l: expect.anything() as unknown });
    });
  });

  it('leads under a new session and a larger token after each interruption', () => {
    const states = told('L--F--L--E--L--V--L');
    expect(new Set(sessions(states)).size).toBe(4);
    expect(tokens(states)).toEqual([...tokens(states)].sort((a, b) => (a < b ? -1 : 1)));
    expect(new Set(tokens(states)).size).toBe(4);
    expect(
      sessions(states).every((id) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)),
    ).toBe(true);
  });

  it('leaves room for the tokens of others who lead in between', () => {
    const [without = [], between = []] = [told('L-V-L'), told('L-F-F-L')].map(tokens);
    expect(between[0]).toBe(without[0]);
    expect(between[1]).toBeGreaterThan(Number(without[1]));
  });

  it('knows when leadership began and when its lease ends', () => {
    expect(told('--L--L', { key: 'k', leaseMs: 3_000 })).toMatchObject([
      { kind: 'Leader', key: 'k', sinceMs: 2, leaseEndMs: 3_002 },
      { kind: 'Leader', key: 'k', sinceMs: 2, leaseEndMs: 3_005 },
    ]);
  });

  it('names another leader for each F, unless there was only trouble in between', () => {
    const [first, second, third, vacancy, fourth] = others(told('F-F-E-F-V-F'));
    expect(first?.metadata).toEqual({ name: 'other-1' });
    expect(second).not.toEqual(first);
    expect(third).toEqual(second);
    expect(vacancy).toBeUndefined();
    expect(fourth?.sessionId).not.toBe(second?.sessionId);
  });

  it('counts the failures of trouble that goes on', () => {
    expect(told('E-E-L-E')).toMatchObject([
      { kind: 'Error', attempt: 1, nextAttemptAtMs: 1_000 },
      { kind: 'Error', attempt: 2, nextAttemptAtMs: 1_002 },
      { kind: 'Leader' },
      { kind: 'Error', attempt: 1 },
    ]);
  });

  it('ends with an error of the library at a #', () => {
    const errors: unknown[] = [];
    marbles(({ scheduler }) => {
      leadershipMarbles(scheduler)
        .cold('L-#')
        .subscribe({ error: (error: unknown) => errors.push(error) });
    });
    expect(errors.map(isElectionError)).toEqual([true]);
  });

  it('says when it was subscribed to', () => {
    marbles(({ scheduler, expectObservable, expectSubscriptions }) => {
      const leadership$ = leadershipMarbles(scheduler).cold('--F--L--');
      expectObservable(leadership$.pipe(roles(), take(2))).toBe('--F--(L|)');
      expectSubscriptions(leadership$.subscriptions).toBe('^----!');
    });
  });

  it.each([
    ['--F--X', "The diagram '--F--X' has 'X', which is not a role."],
    ['a-L-b-a', "has 'a', 'b', which is not a role. Use L (this process leads)"],
    ['f 1s l', "has 'f', 'l', which"],
  ])('refuses %s, and says which letters there are', (diagram, problem) => {
    marbles(({ scheduler }) => {
      const { cold, hot, expectLeadership } = leadershipMarbles(scheduler);
      expect(() => cold(diagram)).toThrow(problem);
      expect(() => hot(diagram)).toThrow(problem);
      expect(() => expectLeadership(cold('L')).toBe(diagram)).toThrow(problem);
    });
  });

  it('refuses to work outside of run, where a diagram means something else', () => {
    const scheduler = new TestScheduler(() => undefined);
    expect(() => leadershipMarbles(scheduler)).toThrow('outside `run` of a TestScheduler');
  });
});

describe('expectLeadership', () => {
  const failsFor = (source: string, expected: string): boolean => {
    let equal = true;
    const scheduler = new TestScheduler((actual, wanted) => {
      equal &&= JSON.stringify(actual) === JSON.stringify(wanted);
    });
    scheduler.run(() => {
      const { cold, expectLeadership } = leadershipMarbles(scheduler);
      expectLeadership(cold(source), '^ 20ms !').toBe(expected);
    });
    return !equal;
  };

  it.each([
    ['--F--L----E--L', '--F--L----E--L'],
    ['V-F-L', 'F---L'],
    ['V-F-L', 'V-F-L'],
    ['F-F-L-L', 'F---L'],
  ])('holds %s for %s', (source, expected) => {
    expect(failsFor(source, expected)).toBe(false);
  });

  it.each([
    ['--F--L', '--F---L'],
    ['--F--L', '--F--E'],
    ['F-L-E', 'F-L'],
    ['F-F-L', 'V-F-L'],
  ])('does not hold %s for %s', (source, expected) => {
    expect(failsFor(source, expected)).toBe(true);
  });

  it('reads a failover on the simulated Consul', () => {
    marbles(({ scheduler, time }) => {
      const { expectLeadership } = leadershipMarbles(scheduler);
      const consul = simulatedConsul({ time });
      const contend = (): readonly [Observable<Leadership>, (link: 'blackhole') => void] => {
        const { transport, setLink } = consul.connect();
        const options = { key: 'locks/reports', lockDelayMs: 5_000, transport, time };
        return [leaderElection(options).leadership$, setLink];
      };
      const [first$, cut] = contend();
      const [second$] = contend();
      scheduler.schedule(() => cut('blackhole'), 1_000);
      expectLeadership(first$, '^ 1s !').toBe('(FL)');
      expectLeadership(second$, '^ 30s !').toBe('(VF) 19996ms V 4999ms L');
    });
  });
});
