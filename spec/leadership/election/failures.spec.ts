import { filter, map, take } from 'rxjs';
import { isElectionError, type ElectionError, type Leadership } from '../../../lib/index.js';
import { lostAnswers, requestTo } from '../../../lib/testing/index.js';
import { key, moments, play, span, wordsOf } from './harness.js';

const flags = 0x2ddccbc058a50c18n;
const noLeader = { status: 500, body: 'No cluster leader' };
const anything = () => true;
const codeOf = (state: Leadership) =>
  state.kind === 'Error' ? `${state.error.code} ${state.attempt}` : state.kind;

describe('a Consul that is away', () => {
  it('is told as an error with the attempt and the next try, and joined when it is back', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      a.setLink('unreachable');
      at({ 300: () => a.setLink('up') });
      const told$ = a.leadership$.pipe(
        filter(({ kind }) => kind === 'Error'),
        map((state) => state.kind === 'Error' && [state.attempt, state.nextAttemptAtMs]),
      );
      expectObservable(a.letter$, span(0, 1_000)).toBe(moments('2:E 54:E 156:E 360:v 362:L'));
      expectObservable(told$, span(0, 1_000)).toBe(moments('2:a 54:b 156:c'), {
        a: [1, 52],
        b: [2, 154],
        c: [3, 356],
      });
    });
  });

  it('does not change who leads when it comes back within the lease', () => {
    play(({ actor, at, consul, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 60_000)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(100, 60_000)).toBe(moments('104:F'));
      at({ 5_000: () => consul.fail(anything, noLeader, 8) });
    });
  });

  it('is an error to a follower, who follows again when it is back', () => {
    play(({ actor, at, expectObservable }) => {
      expectObservable(actor('a').letter$, span(0, 60_000)).toBe(moments('4:v 6:L'));
      const b = actor('b');
      at({
        5_000: () => {
          b.setLink('unreachable');
        },
        5_100: () => {
          b.setLink('up');
        },
      });
      expectObservable(b.leadership$.pipe(map(codeOf)), span(100, 6_000)).toBe(
        moments('104:F 5002:a 5054:b 5156:F'),
        { F: 'Follower', a: 'CONNECTION_FAILED 1', b: 'CONNECTION_FAILED 2' },
      );
    });
  });
});

describe('an acquisition without a clear answer', () => {
  it('is looked up: who has the lock leads, counted from the moment of the look', () => {
    play(({ actor, consul, expectObservable }) => {
      const a = actor('a', {
        link: { faults: [(whole) => lostAnswers(whole, requestTo('PUT', '/v1/txn'))] },
      });
      // The attempt is sent at 4 and given up 2 350 later; the look takes 2.
      expectObservable(a.leadership$.pipe(map(codeOf)), span(0, 2_400)).toBe(
        moments('4:F 2356:L'),
        { F: 'Follower', L: 'Leader' },
      );
      a.leadership$
        .pipe(
          filter(({ kind }) => kind === 'Leader'),
          take(1),
        )
        .subscribe((leader) => {
          expect(leader).toMatchObject({
            leaseEndMs: 2_354 + 9_900,
            fencingToken: { value: BigInt(consul.entryOf(key)!.modifyIndex) },
          });
        });
    });
  });

  it('that did not take the lock is tried again', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const a = actor('a');
      consul.fail(requestTo('PUT', '/v1/txn'), noLeader, 1);
      expectObservable(a.leadership$.pipe(map(codeOf)), span(0, 100)).toBe(
        moments('4:F 8:e 60:L'),
        { F: 'Follower', e: 'SERVER_ERROR 1', L: 'Leader' },
      );
      flush();
      expect(wordsOf(consul).slice(2, 6)).toEqual(['acquire', 'poll', 'evidence', 'acquire']);
    });
  });
});

describe('a token that may read the key and not write it', () => {
  it('is told as the error that it is, however often the watch answers meanwhile', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const refused = { Results: null, Errors: [{ OpIndex: 1, What: 'Permission denied' }] };
      consul.fail(requestTo('PUT', '/v1/txn'), { status: 409, body: JSON.stringify(refused) });
      at({
        10: () => consul.put(key, 'left behind', flags),
        200: () => consul.put(key, 'again', flags),
        400: () => consul.deleteKey(key),
      });
      expectObservable(actor('a').leadership$.pipe(map(codeOf)), span(0, 750)).toBe(
        moments('4:F 6:a 58:b 160:c 362:d'),
        {
          F: 'Follower',
          a: 'PERMISSION_DENIED 1',
          b: 'PERMISSION_DENIED 2',
          c: 'PERMISSION_DENIED 3',
          d: 'PERMISSION_DENIED 4',
        },
      );
    });
  });

  it('is no error any more once Consul has answered an attempt', () => {
    play(({ actor, at, consul, expectObservable }) => {
      const end = consul.fail(requestTo('PUT', '/v1/txn'), {
        status: 403,
        body: 'Permission denied',
      });
      at({ 40: () => consul.put(key, 'left behind', flags), 50: end });
      // The attempt at 57 is bound to what was seen before it; the next comes after the lock-delay.
      expectObservable(actor('a').letter$, span(0, 11_000)).toBe(moments('4:v 6:E 58:v 10043:L'));
    });
  });
});

describe('a session that is lost before it was used', () => {
  it('is replaced, and who leads stays known meanwhile', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      expectObservable(actor('a').letter$, span(0, 10_000)).toBe(moments('4:v 6:L'));
      expectObservable(actor('b').letter$, span(100, 10_000)).toBe(moments('104:F'));
      at({ 1_000: () => consul.destroySession(consul.sessions()[1]!.id) });
      flush();
      expect(wordsOf(consul, 'b').filter((word) => word === 'create')).toHaveLength(2);
    });
  });
});

describe('with retry: false', () => {
  it('the first trouble is an error of the stream', () => {
    play(({ actor, expectObservable, flush }) => {
      const a = actor('a', { retry: false });
      const errors: unknown[] = [];
      a.setLink('unreachable');
      expectObservable(a.letter$).toBe(
        '2ms #',
        {},
        expect.objectContaining({ code: 'CONNECTION_FAILED' }),
      );
      a.leadership$.subscribe({ error: (error: unknown) => errors.push(error) });
      flush();
      expect(errors.filter(isElectionError).map(({ code }: ElectionError) => code)).toEqual([
        'CONNECTION_FAILED',
      ]);
    });
  });

  it('a lease that expires is, too, and the session is given back', () => {
    play(({ actor, at, consul, expectObservable, flush }) => {
      const a = actor('a', { retry: false });
      at({
        5_000: () => {
          consul.fail((request) => 'consistent' in request.query, noLeader);
        },
      });
      expectObservable(a.letter$).toBe(
        moments('4:v 6:L 14108:#'),
        undefined,
        expect.objectContaining({ code: 'LEASE_EXPIRED' }),
      );
      flush();
      expect(consul.sessions()).toEqual([]);
      expect(wordsOf(consul).slice(-2)).toEqual(['release', 'destroy']);
    });
  });
});
