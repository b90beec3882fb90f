import { concat, ignoreElements, timer } from 'rxjs';
import type { RecordedRequest } from '../../../lib/testing/index.js';
import { key, play, span, wordOf, type Actor, type Harness } from './harness.js';

type Leave = (harness: Harness, actor: Actor, fromMs: number, toMs: number) => void;

const unsubscribing: Leave = ({ expectObservable }, { letter$ }, fromMs, toMs) => {
  // Only its end matters here; the letters are the business of the other specs.
  expectObservable(letter$.pipe(ignoreElements()), span(fromMs, toMs)).toBe('');
};

const resigning: Leave = ({ at }, actor, fromMs, toMs) => {
  at({
    [fromMs]: () => actor.leadership$.subscribe(),
    [toMs]: () => actor.resign().subscribe({ error: () => undefined }),
  });
};

/** What must hold once a contender has left, whenever that was. */
function expectNothingLeft(requests: readonly RecordedRequest[], { consul }: Harness): void {
  const words = requests.map(wordOf);
  const count = (word: string) => words.filter((other) => other === word).length;
  expect(consul.sessions()).toEqual([]);
  expect(consul.holderOf(key)).toBeUndefined();
  expect(count('destroy')).toBe(count('create'));
  expect(count('release')).toBeLessThanOrEqual(1);
  expect(words.slice(words.indexOf('destroy') + 1)).toEqual([]);
}

describe.each([
  ['unsubscribes', unsubscribing],
  ['resigns', resigning],
])('whoever %s', (_, leave) => {
  it.each(Array.from({ length: 10 }, (__, index) => index + 1))(
    'while it joins, after %d ms, leaves nothing behind',
    (atMs) => {
      play((harness) => {
        leave(harness, harness.actor('a'), 0, atMs);
        harness.flush();
        expectNothingLeft(harness.consul.requests, harness);
      });
    },
  );

  it.each([
    ['leads', 1_000],
    ['confirms that it leads', 2_357],
    ['renews its session', 3_336],
  ])('while it %s, releases the lock before the session is destroyed', (__, atMs) => {
    play((harness) => {
      leave(harness, harness.actor('a'), 0, atMs);
      harness.flush();
      expectNothingLeft(harness.consul.requests, harness);
      expect(harness.consul.requests.map(wordOf).slice(-2)).toEqual(['release', 'destroy']);
    });
  });

  it.each([
    ['it follows', 1_000, ['poll', 'destroy']],
    ['its attempt is under way', 12_002, ['evidence', 'destroy']],
    ['it waits for the lock-delay to end', 3_000, ['poll', 'poll', 'destroy']],
  ])('while %s, gives back only what may be its own', (__, atMs, ending) => {
    play((harness) => {
      const { actor, at, consul, expectObservable } = harness;
      expectObservable(actor('a').letter$.pipe(ignoreElements()), span(0, 13_000)).toBe('');
      leave(harness, actor('b'), 100, atMs);
      at({ 2_000: () => consul.destroySession(consul.holderOf(key)!) });
      harness.flush();
      const requests = consul.requests.filter(({ connection }) => connection === 'b');
      expectNothingLeft(requests, harness);
      expect(requests.map(wordOf).slice(-ending.length)).toEqual(ending);
    });
  });

  it('while Consul is away, is done after a bounded number of tries', () => {
    play((harness) => {
      const a = harness.actor('a');
      harness.at({ 1_000: () => a.setLink('unreachable') });
      leave(harness, a, 0, 1_500);
      harness.flush();
      expect(harness.scheduler.now()).toBeLessThan(1_500 + 10_000);
    });
  });

  it('between two tries to join, sends nothing more', () => {
    play((harness) => {
      const a = harness.actor('a');
      a.setLink('unreachable');
      leave(harness, a, 0, 30);
      harness.flush();
      expect(harness.scheduler.now()).toBeLessThan(200);
    });
  });
});

describe('resign', () => {
  it('by somebody who never joined completes at once and sends nothing', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      expectObservable(actor('a').resign()).toBe('(d|)', { d: undefined });
      flush();
      expect(consul.requests).toEqual([]);
    });
  });

  it('waits for a session that is still being destroyed after an unsubscription', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$.pipe(ignoreElements()), span(0, 1_000)).toBe('');
      const resigned$ = concat(timer(1_001).pipe(ignoreElements()), a.resign());
      expectObservable(resigned$).toBe('1004ms (d|)', { d: undefined });
    });
  });
});
