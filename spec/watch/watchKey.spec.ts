import { ignoreElements, map, NEVER, of, type Observable } from 'rxjs';
import type { TransportRequest, TransportResponse } from '../../lib/ports/transport.js';
import type { Time } from '../../lib/ports/time.js';
import { retryWithBackoff } from '../../lib/retry/retryWithBackoff.js';
import { watchKey } from '../../lib/watch/watchKey.js';
import { marbles } from '../support/marbles.js';
import { listed, noLeader, scriptedConsul } from '../support/scriptedConsul.js';

const waitMs = 60_000;
const answers = {
  a: listed(3, 's'),
  b: listed(5),
  c: listed(5, 't', 9),
  d: listed(2, 'u'),
  x: noLeader,
};

/** A watch whose queries are answered in turn; the last answer never comes. */
function watching(time: Time, scripts: readonly Observable<TransportResponse>[]) {
  const requests: TransportRequest[] = [];
  const consul = scriptedConsul(time, (request) => {
    requests.push(request);
    return scripts[requests.length - 1] ?? NEVER;
  });
  const holder$ = watchKey(consul, 'k', { waitMs }).pipe(
    map(({ entry }) => entry?.sessionId ?? 'f'),
  );
  return { holder$, requests, asked: () => requests.map(({ query }) => query['index']) };
}

describe('watchKey', () => {
  it.each([
    ['nothing before the first answer', ['-'], '-', [undefined]],
    ['what stands there at once', ['--a|'], '--s', [undefined, '3']],
    [
      'every change, blocking on the index of the last answer',
      ['-a|', '--b|', '-c|'],
      '-s-ft',
      [undefined, '3', '5', '9'],
    ],
    ['an error', ['-a|', '--x|'], '-s-#', [undefined, '3']],
    [
      'what it reads anew after an index that went backwards',
      ['-c|', '-d|', '-a|'],
      '-tus',
      [undefined, '9', undefined, '3'],
    ],
  ])('emits %s', (_, scripts, result, asked) => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const watch = watching(
        time,
        scripts.map((script) => cold(script, answers)),
      );
      expectObservable(watch.holder$, '10ms !').toBe(
        result,
        undefined,
        expect.objectContaining({ code: 'SERVER_ERROR' }),
      );
      flush();
      expect(watch.asked()).toEqual(asked);
    });
  });

  it('aborts its query when it is unsubscribed, and asks no more', () => {
    marbles(({ cold, time, expectObservable, expectSubscriptions, flush }) => {
      const [read, poll] = [cold('--a|', answers), cold('-----b|', answers)];
      const watch = watching(time, [read, poll]);
      expectObservable(watch.holder$, '----!').toBe('--s');
      expectSubscriptions(read.subscriptions).toBe('^--!');
      expectSubscriptions(poll.subscriptions).toBe('--^-!');
      flush();
      expect(watch.requests).toHaveLength(2);
    });
  });

  it('asks for no more than a minute, and as a long poll', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const watch = watching(time, [cold('a|', answers)]);
      expectObservable(watch.holder$, '--!').toBe('s');
      flush();
      expect(watch.requests.map(({ longPoll }) => longPoll)).toEqual([false, true]);
      expect(watch.requests[1]?.query).toMatchObject({ index: '3', wait: '60000ms' });
    });
  });

  it('starts with a plain read for each subscriber', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const watch = watching(time, [cold('a|', answers), NEVER, cold('-b|', answers)]);
      expectObservable(watch.holder$, '^-!').toBe('s');
      expectObservable(watch.holder$, '---^-!').toBe('----f');
      flush();
      expect(watch.asked()).toEqual([undefined, '3', undefined, '5']);
    });
  });

  it('starts with a plain read after a retry', () => {
    marbles(({ cold, time, expectObservable, flush }) => {
      const watch = watching(time, [
        cold('a|', answers),
        cold('-x|', answers),
        cold('b|', answers),
      ]);
      const backoff = { initialDelayMs: 4, maxDelayMs: 4, factor: 1 };
      const retried$ = watch.holder$.pipe(retryWithBackoff({ backoff, time, chance: () => 0.5 }));
      expectObservable(retried$, '10ms !').toBe('s--f');
      flush();
      expect(watch.asked()).toEqual([undefined, '3', undefined, '5']);
    });
  });

  it('does not flood a Consul that answers at once, over and over', () => {
    marbles(({ time, expectObservable, flush }) => {
      let asked = 0;
      const consul = scriptedConsul(time, () => of(listed((asked += 1))));
      const watched$ = watchKey(consul, 'k', { waitMs }).pipe(ignoreElements());
      expectObservable(watched$, '950ms !').toBe('');
      flush();
      // A burst, and then ten a second.
      expect(asked).toBe(9 + 9);
    });
  });
});
