import { defer, filter, map, NEVER, of, take } from 'rxjs';
import { explainTiming, type Leadership } from '../../../lib/index.js';
import { requestTo, type Fault, type SimulatedConsul } from '../../../lib/testing/index.js';
import { moments, play, roundTripMs, span, wordsOf, type Actor } from './harness.js';

const fast = { preset: 'fast' } as const;
const checkTtlMs = 500;
const lockDelayMs = 500;

/** With `fast` the check is registered at 1 and passed every 125, a round trip after each answer. */
const passedAtMs = (n: number) => 1 + n * (125 + roundTripMs);

const pass = requestTo('PUT', '/v1/agent/check/pass/');
const create = requestTo('PUT', '/v1/session/create');

/** Loses those of the passes for which `isLost` says so. */
const losing =
  (isLost: () => boolean): Fault =>
  (whole) => ({
    ...whole,
    request: (request) => defer(() => (pass(request) && isLost() ? NEVER : whole.request(request))),
  });

/** Answers chosen requests as Consul does that does not know what they name. */
const answering =
  (
    isMeant: Parameters<SimulatedConsul['fail']>[0],
    status: number,
    wording: (id: string) => string,
  ): Fault =>
  (whole) => {
    let id = '';
    return {
      ...whole,
      request: (request) => {
        id ||= /"CheckID":"([^"]+)"/.exec(request.body ?? '')?.[1] ?? '';
        return isMeant(request)
          ? of({ status, headers: {}, body: wording(id) })
          : whole.request(request);
      },
    };
  };

const missing = (id: string) => `Missing check '${id}' registration`;

/** The checks that a process has passed, in order. */
function checksOf({ requests }: SimulatedConsul, name: string): readonly string[] {
  const passes = requests.filter(
    ({ connection, path }) => connection === name && path.startsWith('/v1/agent/check/pass/'),
  );
  return [...new Set(passes.map(({ path }) => path.split('/').at(-1) ?? ''))];
}

const toldBy = ({ leadership$ }: Actor) =>
  leadership$.pipe(
    map((state: Leadership) => (state.kind === 'Error' ? state.error.code : state.kind)),
  );

describe('with a TTL check, after a leader has crashed', () => {
  /** The last of its passes before it is cut off. */
  const endedAtMs = passedAtMs(7) + checkTtlMs;
  const cutOffAtMs = passedAtMs(7) + 50;

  it('another leads at check TTL + lock-delay after its last pass, and a round trip', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a', fast);
      expectObservable(a.letter$, span(0, cutOffAtMs + 100)).toBe(moments('6:v 8:L'));
      at({ [cutOffAtMs]: () => a.setLink('blackhole') });
      const leads = endedAtMs + lockDelayMs + 1 + roundTripMs;
      expectObservable(actor('b', fast).letter$, span(100, 5_000)).toBe(
        moments(`106:F ${endedAtMs + 1}:v ${leads}:L`),
      );
      const { crashFailoverMs } = explainTiming(fast, { roundTripMs });
      expect(leads - cutOffAtMs).toBeGreaterThanOrEqual(crashFailoverMs.best);
      expect(leads - cutOffAtMs).toBeLessThanOrEqual(crashFailoverMs.worst);
    });
  });

  it('another leads without waiting for a lock-delay where fencing is relied on', () => {
    play(({ actor, at, expectObservable }) => {
      const fenced = { ...fast, lockDelayMs: 0, relyOnFencing: true };
      const a = actor('a', fenced);
      expectObservable(a.letter$, span(0, cutOffAtMs + 100)).toBe(moments('6:v 8:L'));
      at({ [cutOffAtMs]: () => a.setLink('blackhole') });
      expectObservable(actor('b', fenced).letter$, span(100, 5_000)).toBe(
        moments(`106:F ${endedAtMs + 1}:v ${endedAtMs + 1 + roundTripMs}:L`),
      );
    });
  });

  it('its check is forgotten after a minute', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const a = actor('a', fast);
      expectObservable(a.letter$, span(0, cutOffAtMs + 100)).toBe(moments('6:v 8:L'));
      at({
        [cutOffAtMs]: () => a.setLink('blackhole'),
        [endedAtMs + 59_999]: () => expect(consul.services()).toHaveLength(1),
        [endedAtMs + 60_000]: () => expect(consul.services()).toEqual([]),
      });
    });
  });
});

describe('a pass', () => {
  it('that is lost is sent again in time', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      let sent = 0;
      const a = actor('a', { ...fast, link: { faults: [losing(() => ++sent % 2 === 0)] } });
      expectObservable(a.letter$, span(0, 60_000)).toBe(moments('6:v 8:L'));
      flush();
      expect(sent).toBeGreaterThan(200);
      expect(checksOf(consul, 'a')).toHaveLength(1);
    });
  });

  it('is no evidence: a leader steps down at the end of its lease, however well its check is passed', () => {
    play(({ actor, consul, expectObservable }) => {
      const a = actor('a', fast);
      consul.fail(({ query }) => 'consistent' in query, { status: 500, body: 'No cluster leader' });
      // The lock was asked for at 6; the lease is 495, and the stop budget 49.
      expectObservable(a.letter$, span(0, 460)).toBe(moments(`6:v 8:L ${6 + 495 - 49}:E`));
    });
  });

  it('that comes too late costs the session, and leadership before anybody else has the lock', () => {
    play(({ actor, at, expectObservable }) => {
      const balanced = { preset: 'balanced' } as const;
      let lost = false;
      const a = actor('a', { ...balanced, link: { faults: [losing(() => lost)] } });
      at({ 1_000: () => (lost = true), 4_500: () => (lost = false) });
      // The only pass arrives at 753, and the check turns critical 3000 later; the lock-delay is 7000.
      expectObservable(a.letter$.pipe(take(3)), span(0, 20_000)).toBe(moments('6:v 8:L 3754:v|'));
      expectObservable(actor('b', balanced).letter$, span(100, 20_000)).toBe(
        moments('106:F 3754:v 10756:L'),
      );
    });
  });

  it('goes on while the election is idle, at the rates that explainTiming states', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const idleMs = 600_000;
      const balanced = { preset: 'balanced' } as const;
      expectObservable(actor('a', balanced).letter$, span(0, idleMs)).toBe(moments('6:v 8:L'));
      expectObservable(actor('b', balanced).letter$, span(100, idleMs)).toBe(moments('106:F'));
      flush();
      const perS = (name: string) => wordsOf(consul, name).length / (idleMs / 1_000);
      const { traffic } = explainTiming(balanced, { roundTripMs });
      expect(perS('a')).toBeCloseTo(traffic.leaderRequestsPerS, 1);
      expect(perS('b')).toBeCloseTo(traffic.followerRequestsPerS, 1);
    });
  });
});

describe('a resignation with a TTL check', () => {
  it('removes the check once the session is destroyed, and completes then', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a', fast);
      expectObservable(a.letter$, span(0, 5_000)).toBe(moments('6:v 8:L 100:v 106:|'));
      const left: unknown[] = [];
      const complete = () => left.push(consul.services(), consul.sessions());
      at({ 100: () => a.resign().subscribe({ complete }) });
      flush();
      expect(wordsOf(consul, 'a').slice(-3)).toEqual(['release', 'destroy', 'deregister']);
      expect(left).toEqual([[], []]);
    });
  });

  it('hands over without a lock-delay, also by an unsubscription', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      expectObservable(actor('a', fast).letter$, span(0, 1_000)).toBe(moments('6:v 8:L'));
      expectObservable(actor('b', fast).letter$, span(100, 2_000)).toBe(
        moments('106:F 1002:v 1004:L'),
      );
      flush();
      expect(wordsOf(consul, 'a').slice(-3)).toEqual(['release', 'destroy', 'deregister']);
      expect(consul.services()).toEqual([]);
    });
  });

  it('passes the check until the session is destroyed, however long the work takes to drain', () => {
    play(({ actor, at, expectObservable }) => {
      const detector = { kind: 'ttlCheck', checkTtlMs } as const;
      const slow = { preset: 'balanced', stopBudgetMs: 2_000, detector } as const;
      const a = actor('a', { ...slow, beforeRelease: () => NEVER });
      at({ 1_000: () => a.resign().subscribe() });
      expectObservable(a.letter$, span(0, 9_000)).toBe(moments('6:v 8:L 1000:v 3006:|'));
      expectObservable(actor('b', slow).letter$, span(100, 9_000)).toBe(
        moments('106:F 3002:v 3004:L'),
      );
    });
  });
});

describe('an agent that restarts', () => {
  it.each([
    ['with its data', {}],
    ['without its data', { keepsData: false }],
  ])('%s costs the lock, and one leads again after the lock-delay', (_, options) => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const [a, b] = [actor('a', fast), actor('b', fast)];
      const leaders = () => [a, b].filter(({ isLeader }) => isLeader()).length;
      const counts: number[] = [];
      const count = () => void counts.push(leaders());
      at({ 999: count, 1_000: () => consul.restartAgent(options), 1_002: count, 1_500: count });
      at({ 3_000: () => (count(), counts.push(consul.sessions().length)) });
      expectObservable(a.letter$, span(0, 4_000));
      expectObservable(b.letter$, span(100, 4_000));
      flush();
      expect(counts).toEqual([1, 0, 0, 1, 2]);
    });
  });

  it('is an error that names the cause where it has forgotten the check, which is registered anew', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      let asked = 0;
      const forgotten = answering(
        (request) => pass(request) && ++asked === 3,
        404,
        (id) => `Unknown check ID "${id}". Ensure that the check ID is passed, not the check name.`,
      );
      const a = actor('a', { ...fast, link: { faults: [forgotten] } });
      // The session is given up, so its lock is released; the first pause is 50.
      const failedAtMs = passedAtMs(3) + 1;
      expectObservable(toldBy(a), span(0, 1_000)).toBe(
        moments(`6:F 8:L ${failedAtMs}:E ${failedAtMs + 56}:F ${failedAtMs + 58}:L`),
        { F: 'Follower', L: 'Leader', E: 'CHECK_UNKNOWN' },
      );
      flush();
      expect(checksOf(consul, 'a')).toHaveLength(2);
      expect(consul.services()).toEqual([]);
    });
  });
});

describe('a session whose check the servers do not know yet', () => {
  it('is asked for again, without a word', () => {
    play(({ actor, expectObservable }) => {
      let asked = 0;
      const late = answering((request) => create(request) && ++asked < 3, 500, missing);
      const a = actor('a', { ...fast, link: { faults: [late] } });
      // The pauses are drawn from the middle: 10 and 20.
      expectObservable(a.letter$, span(0, 1_000)).toBe(moments('40:v 42:L'));
    });
  });

  it('is an error after a while, that says what may be the cause', () => {
    play(({ actor, expectObservable }) => {
      const unheard = answering(create, 500, missing);
      const a = actor('a', { ...fast, link: { faults: [unheard] } });
      const said$ = a.leadership$.pipe(
        map(
          (state) =>
            state.kind === 'Error' && [
              state.error.code,
              state.error.message.includes('load balancer'),
            ],
        ),
      );
      // The pauses of the middle add up to 810, after the registration and beside 8 round trips.
      expectObservable(said$, span(0, 850)).toBe(moments('828:e'), { e: ['CHECK_UNKNOWN', true] });
    });
  });
});

describe('elections side by side in one process', () => {
  it('have checks of their own: one that ends takes none of the others', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const kept: number[] = [];
      expectObservable(actor('a', fast).letter$, span(0, 9_000)).toBe(moments('6:v 8:L'));
      expectObservable(actor('b', { ...fast, key: 'locks/other' }).letter$, span(0, 1_000)).toBe(
        moments('6:v 8:L'),
      );
      const count = () => void kept.push(consul.services().length);
      at({ 500: count, 2_000: count });
      flush();
      expect(kept).toEqual([2, 1]);
    });
  });
});

describe('serfHealth', () => {
  it.each([
    [true, '6:v 8:L 1001:v'],
    [false, '6:v 8:L'],
  ])('is part of the detector or not: %s', (serfHealth, told) => {
    play(({ actor, at, consul, expectObservable }) => {
      const detector = { kind: 'ttlCheck', checkTtlMs, serfHealth } as const;
      at({ 1_000: () => consul.setNodeCheck('serfHealth', 'critical') });
      expectObservable(actor('a', { ...fast, detector }).letter$, span(0, 1_003)).toBe(
        moments(told),
      );
    });
  });

  it('that is critical is told by name', () => {
    play(({ actor, consul, expectObservable }) => {
      consul.setNodeCheck('serfHealth', 'critical');
      const a = actor('a', fast);
      const said$ = a.leadership$.pipe(
        map((state) => state.kind === 'Error' && state.error.details),
      );
      expectObservable(said$, span(0, 850)).toBe(moments('828:e'), {
        e: { checkId: 'serfHealth' },
      });
    });
  });
});

describe('a token that may not write the service', () => {
  it('is told by the rule that it lacks', () => {
    play(({ actor, consul, expectObservable }) => {
      const denied = { status: 403, body: 'Permission denied' };
      consul.fail(requestTo('PUT', '/v1/agent/service/register'), denied);
      const said$ = actor('a', fast).leadership$.pipe(
        filter((state) => state.kind === 'Error'),
        map(({ error }) => error.details),
      );
      expectObservable(said$, span(0, 40)).toBe(moments('2:e'), {
        e: { rule: 'service "rxjs-leader-election" { policy = "write" }' },
      });
    });
  });
});
