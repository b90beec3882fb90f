import {
  filter,
  ignoreElements,
  NEVER,
  switchMap,
  tap,
  timer,
  type Observable,
  type SchedulerLike,
  type Subscription,
} from 'rxjs';
import { whileLeader } from '../../lib/index.js';
import type { Fault } from '../../lib/testing/index.js';
import { moments, span } from '../leadership/election/harness.js';
import { groupWordsOf, playGroup, prefix } from './groupHarness.js';

/** What `resign()` and `stepDown()` emit. */
const done = { d: undefined };

describe('the result', () => {
  it('of resigning one key, stepping down from one, and resigning all is told once it is done', () => {
    playGroup(({ group, expectObservable }) => {
      const a = group('a', { beforeRelease: () => timer(300) });
      expectObservable(a.letters('1')).toBe(moments('4:v 6:L 1000:v 1302:|'));
      expectObservable(a.letters('2'), span(0, 2_500)).toBe(moments('4:v 6:L 1000:v 2304:L'));
      expectObservable(a.letters('3')).toBe(moments('4:v 6:L 3000:v 3304:|'));
      const after = (ms: number, what: () => Observable<void>) => timer(ms).pipe(switchMap(what));
      expectObservable(after(1_000, a.election('1').resign)).toBe('1302ms (d|)', done);
      expectObservable(after(1_000, a.election('2').stepDown)).toBe('1302ms (d|)', done);
      expectObservable(after(1_200, a.election('2').stepDown)).toBe('1302ms (d|)', done);
      expectObservable(after(3_000, a.resign)).toBe('3304ms (d|)', done);
    });
  });

  it('is told at once where there is nothing to do', () => {
    playGroup(({ group, expectObservable }) => {
      const a = group('a');
      expectObservable(a.letters('1'), span(0, 1_000)).toBe(moments('4:v 6:L'));
      expectObservable(a.election('2').resign()).toBe('(d|)', done);
      expectObservable(a.election('2').stepDown()).toBe('(d|)', done);
      expectObservable(group('b').resign()).toBe('(d|)', done);
    });
  });

  it('of a step-down that a resignation of all cuts short is told once its lock is free', () => {
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a', { beforeRelease: () => timer(300) });
      a.leadership$('1').subscribe();
      const holders: unknown[] = [];
      at({
        1_000: () => {
          a.election('1')
            .stepDown()
            .subscribe(() => holders.push(consul.holderOf(`${prefix}1`)));
        },
        1_100: () => a.resign().subscribe(),
      });
      flush();
      expect(holders).toEqual([undefined]);
    });
  });
});

describe('the state of a key', () => {
  it('is known without a subscription of its own', () => {
    playGroup(({ at, group, flush }) => {
      const a = group('a');
      const joined = a.leadership$('1').subscribe();
      const seen: unknown[] = [];
      at({
        1_000: () => seen.push(a.state('1')?.kind, a.election('1').state?.kind, a.state('2')),
        2_000: () => joined.unsubscribe(),
        2_001: () => seen.push(a.state('1')),
      });
      flush();
      expect(seen).toEqual(['Leader', 'Leader', undefined, undefined]);
    });
  });
});

describe('leaving one key', () => {
  it('by its last subscriber releases it alone, and the others go on', () => {
    playGroup(({ group, expectObservable }) => {
      const a = group('a');
      const b = group('b');
      expectObservable(a.letters('1'), span(0, 1_000)).toBe(moments('4:v 6:L'));
      expectObservable(a.letters('2'), span(0, 3_000)).toBe(moments('4:v 6:L'));
      expectObservable(b.letters('1'), span(100, 3_000)).toBe(moments('104:F 1002:v 1004:L'));
    });
  });

  it('by resigning tells Follower, releases it, and completes its leadership', () => {
    playGroup(({ at, group, expectObservable }) => {
      const a = group('a');
      expectObservable(a.letters('1')).toBe(moments('4:v 6:L 1000:v 1002:|'));
      expectObservable(a.letters('2'), span(0, 3_000)).toBe(moments('4:v 6:L'));
      at({ 1_000: () => a.election('1').resign().subscribe() });
    });
  });

  it('the last one ends the session, and waits for its end', () => {
    playGroup(({ at, consul, group, expectObservable, flush }) => {
      const a = group('a');
      expectObservable(a.letters('1')).toBe(moments('4:v 6:L 1000:v 1002:|'));
      let endedAt = 0;
      at({
        1_000: () =>
          a
            .election('1')
            .resign()
            .subscribe({ complete: () => (endedAt = consul.requests.at(-1)?.atMs ?? 0) }),
      });
      flush();
      expect(groupWordsOf(consul).slice(-2)).toEqual(['txn', 'destroy']);
      expect(endedAt).toBeGreaterThan(1_002);
      expect(consul.sessions()).toEqual([]);
    });
  });

  it('and joining it again in the same moment keeps the lock', () => {
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a');
      const holders: (string | undefined)[] = [];
      const first = a.leadership$('1').subscribe();
      const other = a.leadership$('2').subscribe();
      at({
        1_000: () => {
          first.unsubscribe();
          const again = a.leadership$('1').subscribe();
          at({ 500: () => again.unsubscribe() });
        },
        1_400: () => holders.push(consul.holderOf(`${prefix}1`)),
        1_900: () => holders.push(consul.holderOf(`${prefix}1`)),
        2_000: () => other.unsubscribe(),
      });
      flush();
      expect(holders).toEqual([expect.any(String), undefined]);
    });
  });

  it('and joining it again when its claim has just been answered leads it', () => {
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a');
      const told: string[] = [];
      const left = a.leadership$('1').subscribe();
      // Both are claimed together, and this one is told of it when the other is about to be given back.
      const other = a
        .leadership$('2')
        .pipe(
          filter(({ kind }) => kind === 'Leader'),
          switchMap(() => a.letters('1')),
        )
        .subscribe((letter) => told.push(letter));
      at({
        5: () => left.unsubscribe(),
        30_000: () => told.push(consul.holderOf(`${prefix}1`) === undefined ? 'free' : 'held'),
        30_001: () => other.unsubscribe(),
      });
      flush();
      expect(told).toEqual(['v', 'L', 'held']);
    });
  });

  it('by resigning is done also when it is joined again while its claim is under way', () => {
    playGroup(({ at, group, flush }) => {
      const a = group('a');
      const told: string[] = [];
      const other = a.leadership$('2').subscribe();
      const first = a.leadership$('1').subscribe();
      let again: Subscription | undefined;
      at({
        // The claim was sent at 4 ms and is answered at 6.
        5: () => {
          a.election('1')
            .resign()
            .subscribe({ complete: () => told.push('resigned') });
          first.unsubscribe();
          again = a.letters('1').subscribe((letter) => told.push(letter));
        },
        1_000: () => {
          again?.unsubscribe();
          other.unsubscribe();
        },
      });
      flush();
      expect(told).toEqual(['resigned', 'v', 'L']);
    });
  });

  it('and joining it again leads it, though it was seen free in between', () => {
    playGroup(({ at, group, flush, scheduler }) => {
      const a = group('a');
      const held = group('b').leadership$('1').subscribe();
      const other = a.leadership$('2').subscribe();
      let left: Subscription | undefined;
      let isLed: boolean | undefined;
      at({
        100: () => (left = a.leadership$('1').subscribe()),
        1_000: () => held.unsubscribe(),
        // All of this at 1002 ms: it is left, its news arrives, and it is joined again.
        1_002: () => left?.unsubscribe(),
        1_001.5: () => scheduler.schedule(() => (left = a.leadership$('1').subscribe()), 0.5),
        5_000: () => {
          isLed = a.isLeader('1');
          left?.unsubscribe();
          other.unsubscribe();
        },
      });
      flush();
      expect(isLed).toBe(true);
    });
  });

  it('stops its work and awaits its drain before its lock is released', () => {
    const order: string[] = [];
    playGroup(({ at, consul, group, flush }) => {
      const a = group('a', {
        beforeRelease: (key) => {
          order.push(`drains ${key}`);
          return timer(300).pipe(ignoreElements());
        },
      });
      const working = a
        .leadership$('1')
        .pipe(whileLeader(() => NEVER.pipe(tap({ unsubscribe: () => order.push('stops') }))))
        .subscribe();
      const other = a.leadership$('2').subscribe();
      at({
        1_000: () => working.unsubscribe(),
        1_290: () => order.push(consul.holderOf(`${prefix}1`) === undefined ? 'free' : 'held'),
        1_310: () => order.push(consul.holderOf(`${prefix}1`) === undefined ? 'free' : 'held'),
        2_000: () => other.unsubscribe(),
      });
      flush();
    });
    expect(order).toEqual(['stops', 'drains 1', 'held', 'free', 'drains 2']);
  });
});

describe('stepping down from one key', () => {
  it('lets the others go first, and keeps the other keys', () => {
    playGroup(({ at, group, expectObservable }) => {
      const a = group('a');
      const b = group('b');
      expectObservable(a.letters('1'), span(0, 3_000)).toBe(moments('4:v 6:L 1000:v 1004:F'));
      expectObservable(a.letters('2'), span(0, 3_000)).toBe(moments('4:v 6:L'));
      expectObservable(b.letters('1'), span(100, 3_000)).toBe(moments('104:F 1002:v 1004:L'));
      at({ 1_000: () => a.election('1').stepDown().subscribe() });
    });
  });

  it('takes it again after a second when nobody wants it', () => {
    playGroup(({ at, group, expectObservable }) => {
      const a = group('a');
      expectObservable(a.letters('1'), span(0, 3_000)).toBe(moments('4:v 6:L 1000:v 2004:L'));
      at({ 1_000: () => a.election('1').stepDown().subscribe() });
    });
  });

  it('by a release that arrives late cannot take the lock from a later term', () => {
    playGroup(({ at, consul, group, expectObservable, flush, scheduler }) => {
      const a = group('a', {
        ...{ leaseMs: 1_000, stopBudgetMs: 100, evidenceIntervalMs: 300, requestTimeoutMs: 250 },
        link: { faults: [delayingFirstRelease(3_000, scheduler)] },
      });
      // The release times out after 250 ms and is made again 50 ms later. A second later the key is free
      // for this process again, and the first release arrives when it has led for two seconds.
      expectObservable(a.letters('1'), span(0, 8_000)).toBe(moments('4:v 6:L 1000:v 2304:L'));
      const holders: unknown[] = [];
      at({
        1_000: () => a.election('1').stepDown().subscribe(),
        7_000: () => holders.push(consul.holderOf(`${prefix}1`)),
      });
      flush();
      expect(holders).toEqual([expect.any(String)]);
    });
  });
});

/** The first request that gives a lock back reaches Consul so much later, and its answer nobody. */
function delayingFirstRelease(delayMs: number, scheduler: SchedulerLike): Fault {
  let isFirst = true;
  return (transport) => ({
    ...transport,
    request: (request) => {
      if (!isFirst || request.body?.includes('"unlock"') !== true)
        return transport.request(request);
      isFirst = false;
      scheduler.schedule(() => transport.request(request).subscribe(), delayMs);
      return NEVER;
    },
  });
}
