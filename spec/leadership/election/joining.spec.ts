import { filter, map, take } from 'rxjs';
import { releasedValue, type Leadership } from '../../../lib/index.js';
import { key, moments, play, span, wordsOf } from './harness.js';

const follower = (leader: { sessionId: string; metadata: unknown } | undefined) => ({
  kind: 'Follower',
  key,
  leader,
});

describe('an election that is joined', () => {
  it('is won by whoever comes first, three round trips after it joined', () => {
    play(({ consul, actor, expectObservable, flush }) => {
      const { letter$ } = actor('a');
      expectObservable(letter$, span(0, 20)).toBe(moments('4:v 6:L'));
      flush();
      expect(wordsOf(consul).slice(0, 4)).toEqual(['create', 'read', 'acquire', 'poll']);
    });
  });

  it('tells the leader its session, its token and how long its lease lasts', () => {
    play(({ consul, actor, expectObservable, at }) => {
      const leader$ = actor('a').leadership$.pipe(filter(({ kind }) => kind === 'Leader'));
      const seen: { leader?: Leadership; entry?: unknown } = {};
      leader$.pipe(take(1)).subscribe((leader) => {
        const entry = consul.entryOf(key);
        expect(leader).toMatchObject({
          key,
          sessionId: entry?.sessionId,
          fencingToken: { value: BigInt(entry?.modifyIndex ?? 0) },
          sinceMs: 6,
          // Sent at 4, and 9 900 ms are what the lock-delay of 10 s covers with 1 % of drift.
          leaseEndMs: 9_904,
        });
        seen.leader = leader;
      });
      at({ 10: () => expect(seen.leader).toBeDefined() });
      expectObservable(leader$.pipe(map(() => 'L')), span(0, 10)).toBe(moments('6:L'));
    });
  });

  it('is joined once for all subscribers, and left with the last of them', () => {
    play(({ consul, actor, expectObservable, flush }) => {
      const { letter$ } = actor('a');
      expectObservable(letter$, span(0, 100)).toBe(moments('4:v 6:L'));
      expectObservable(letter$, span(50, 200)).toBe(moments('50:L'));
      flush();
      expect(wordsOf(consul).filter((word) => word === 'create')).toHaveLength(1);
      expect(consul.requests.find(({ path }) => path.includes('destroy'))?.atMs).toBe(203);
    });
  });

  it('starts anew for a subscriber who comes after it was left', () => {
    play(({ actor, expectObservable }) => {
      const { letter$ } = actor('a');
      expectObservable(letter$, span(0, 100)).toBe(moments('4:v 6:L'));
      expectObservable(letter$, span(1000, 1100)).toBe(moments('1004:v 1006:L'));
    });
  });

  it('sends nothing before somebody subscribes', () => {
    play(({ consul, actor, flush }) => {
      const election = actor('a');
      flush();
      expect(election.isLeader()).toBe(false);
      expect(consul.requests).toEqual([]);
    });
  });

  it.each([
    ['its metadata', { metadata: { host: 'n1', port: 80 } }, { host: 'n1', port: 80 }],
    ['nothing where it says nothing', {}, undefined],
  ])('shows a follower who leads, with %s', (_, options, metadata) => {
    play(({ consul, actor, expectObservable, at }) => {
      expectObservable(actor('a', options).letter$, span(0, 100)).toBe(moments('4:v 6:L'));
      const follower$ = actor('b').leadership$;
      at({
        50: () =>
          follower$.pipe(take(1)).subscribe((seen) => {
            expect(seen).toEqual(follower({ sessionId: consul.holderOf(key)!, metadata }));
          }),
      });
      expectObservable(follower$.pipe(map(({ kind }) => kind[0])), span(50, 60)).toBe(
        moments('54:F'),
      );
    });
  });

  it('leaves a loser as a follower, who watches and does nothing else', () => {
    play(({ consul, actor, expectObservable, flush }) => {
      expectObservable(actor('a').letter$, span(0, 60_000)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(100, 59_000)).toBe(moments('104:F'));
      flush();
      expect(new Set(wordsOf(consul, 'b'))).toEqual(
        new Set(['create', 'read', 'poll', 'renew', 'destroy']),
      );
    });
  });

  it('gives the lock to one of two that join at the same moment', () => {
    play(({ actor, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 1000)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(0, 1000)).toBe(moments('4:v 6:F'));
    });
  });

  it('takes over an entry that a former leader left', () => {
    play(({ consul, actor, expectObservable, flush }) => {
      const election = actor('a');
      expectObservable(election.letter$, span(0, 100)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(1000, 1100)).toBe(moments('1004:v 1006:L'));
      flush();
      expect(consul.entryOf(key)?.value).toBe(releasedValue);
    });
  });
});
