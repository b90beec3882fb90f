import { distinctUntilChanged, filter, map, tap } from 'rxjs';
import { requestTo, virtualTime, type SimulatedConsul } from '../../lib/testing/index.js';
import { moments, span } from '../leadership/election/harness.js';
import { groupWordsOf, playGroup, prefix, type GroupActor } from './groupHarness.js';

/** Each state once, however often a failure is told anew. */
const changes = ({ letters }: GroupActor, key: string) => letters(key).pipe(distinctUntilChanged());

/** Confirmed every 300 ms, the lease ends 1 s after it was sent and is given up 100 ms before. */
const timings = {
  ...{ lockDelayMs: 2_000, leaseMs: 1_000, stopBudgetMs: 100 },
  ...{ evidenceIntervalMs: 300, requestTimeoutMs: 250 },
};
const isEvidenceRead = requestTo('GET', '/v1/session/info/');

describe('the lease of a key', () => {
  it('is extended by confirmations of the session, and counts from when the last was sent', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a', timings);
      // Confirmed by requests of 302, 604 and 906 ms, and by none after that.
      expectObservable(changes(a, '1'), span(0, 4_000)).toBe(moments('4:v 6:L 1806:E'));
      at({ 1_000: () => consul.fail(isEvidenceRead, { status: 500, body: 'No cluster leader' }) });
    });
  });

  it('counts from the confirmation that was sent, however late its answer is', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const slow = group('a', { ...timings, link: { latencyMs: 200 } });
      expectObservable(changes(slow, '1'), span(0, 4_000)).toBe(moments('400:v 600:L 2200:E'));
      // Sent at 1300, answered at 1500: the lease counts from 1300.
      at({ 1_550: () => consul.fail(isEvidenceRead, { status: 500, body: 'No cluster leader' }) });
    });
  });

  it('ends for a key at once where the clock says so, whatever the timer does', () => {
    let aheadMs = 0;
    const seen: boolean[] = [];
    playGroup(({ at, group, scheduler }) => {
      const a = group('a', {
        ...timings,
        time: virtualTime(scheduler, { wallSkewMs: () => aheadMs }),
      });
      const contending = a.leadership$('1').subscribe();
      at({
        250: () => seen.push(a.isLeader('1')),
        251: () => {
          aheadMs = 60_000;
          seen.push(a.isLeader('1'));
        },
        252: () => contending.unsubscribe(),
      });
    });
    expect(seen).toEqual([true, false]);
  });

  it('is not regained by the session alone: the keys are read, and one that is gone is lost', () => {
    playGroup(({ at, consul, group, expectObservable, flush }) => {
      const a = group('a', { ...timings, watchWaitMs: 10_000 });
      expectObservable(changes(a, '1'), span(0, 2_700)).toBe(moments('4:v 6:L 1806:E 2162:L'));
      expectObservable(changes(a, '2'), span(0, 2_700)).toBe(moments('4:v 6:L 1806:E 2162:v'));
      const words: string[] = [];
      at({
        1_000: () => a.setLink('blackhole'),
        2_000: () => consul.restore(without(consul, `${prefix}2`)),
        2_100: () => a.setLink('up'),
        2_650: () => words.push(...groupWordsOf(consul, 'a')),
      });
      flush();
      expect(words).toContain('look');
    });
  });
});

/** What Consul would hold without a key, of whose deletion no watch learns. */
function without({ snapshot, deleteKey, restore }: SimulatedConsul, key: string) {
  const before = snapshot();
  deleteKey(key);
  const after = snapshot();
  restore(before);
  return after;
}

describe('a key that is taken away', () => {
  it('by hand is lost alone', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a');
      expectObservable(changes(a, '1'), span(0, 12_000)).toBe(moments('4:v 6:L 1001:v 11003:L'));
      expectObservable(changes(a, '2'), span(0, 12_000)).toBe(moments('4:v 6:L'));
      at({ 1_000: () => consul.deleteKey(`${prefix}1`) });
    });
  });

  it('with the session is lost with all others, and a new session contends for all of them', () => {
    playGroup(({ at, consul, group, expectObservable }) => {
      const a = group('a', timings);
      const letters = '4:v 6:L 101:v 2159:L';
      expectObservable(changes(a, '1'), span(0, 4_000)).toBe(moments(letters));
      expectObservable(changes(a, '2'), span(0, 4_000)).toBe(moments(letters));
      at({ 100: () => consul.sessions().forEach(({ id }) => consul.destroySession(id)) });
    });
  });
});

it('a token that may not read sessions is told so, and no evidence is made of it', () => {
  const errors: string[] = [];
  playGroup(({ consul, group, expectObservable }) => {
    const a = group('a', timings);
    consul.fail(isEvidenceRead, { status: 200, body: '[]' });
    expectObservable(
      a.leadership$('1').pipe(
        filter(({ kind }) => kind === 'Error'),
        tap((state) => {
          if (state.kind === 'Error') errors.push((state.error.cause as Error).message);
        }),
        map(({ kind }) => kind[0]),
        distinctUntilChanged(),
      ),
      span(0, 1_000),
    ).toBe(moments('904:E'));
  });
  expect(errors.join()).toContain('session "<node of the session>" { policy = "read" }');
});
