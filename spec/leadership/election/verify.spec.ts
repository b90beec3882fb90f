import { concatMap, map, timer } from 'rxjs';
import { requestTo } from '../../../lib/testing/index.js';
import { key, play, span, wordsOf, type Actor, type Harness } from './harness.js';

/** Asks at a moment: `y`es or `n`o. */
const asked = ({ scheduler }: Harness, { verify }: Actor, atMs: number) =>
  timer(atMs, scheduler).pipe(
    concatMap(() => verify()),
    map((leads) => (leads ? 'y' : 'n')),
  );

const joined = ({ expectObservable }: Harness, { letter$ }: Actor, toMs: number) => {
  expectObservable(letter$.pipe(concatMap(() => [])), span(0, toMs)).toBe('');
};

describe('verify', () => {
  it('asks the raft leader, once', () => {
    play((harness) => {
      const a = harness.actor('a');
      joined(harness, a, 1_000);
      harness.expectObservable(asked(harness, a, 500)).toBe('502ms (y|)');
      harness.flush();
      expect(wordsOf(harness.consul).filter((word) => word === 'evidence')).toHaveLength(1);
    });
  });

  it.each([
    ['has not joined', 0],
    ['joins', 5],
    ['has left', 1_500],
  ])('is false at once, without a request, for somebody who %s', (_, atMs) => {
    play((harness) => {
      const a = harness.actor('a');
      joined(harness, a, 1_000);
      harness.expectObservable(asked(harness, a, atMs)).toBe(`${atMs}ms (n|)`.replace(/^0ms /, ''));
      harness.flush();
      expect(wordsOf(harness.consul)).not.toContain('evidence');
    });
  });

  it.each([
    ['the lock was lost', ({ consul }: Harness) => consul.destroySession(consul.holderOf(key)!)],
    ['the key is gone', ({ consul }: Harness) => consul.deleteKey(key)],
  ])('is false where %s and the news is still on its way', (_, lose) => {
    play((harness) => {
      const a = harness.actor('a');
      joined(harness, a, 1_000);
      harness.at({ 500: () => lose(harness) });
      harness.expectObservable(asked(harness, a, 500)).toBe('502ms (n|)');
    });
  });

  it('is false where leadership was given up before the answer', () => {
    play((harness) => {
      const a = harness.actor('a');
      joined(harness, a, 2_000);
      harness.at({ 501: () => a.stepDown().subscribe() });
      harness.expectObservable(asked(harness, a, 500)).toBe('502ms (n|)');
    });
  });

  it('is an error where Consul does not say', () => {
    play((harness) => {
      const a = harness.actor('a');
      joined(harness, a, 1_000);
      harness.at({
        400: () => {
          harness.consul.fail(requestTo('GET', '/v1/kv/'), {
            status: 500,
            body: 'No cluster leader',
          });
        },
      });
      harness
        .expectObservable(asked(harness, a, 500))
        .toBe('502ms #', undefined, expect.objectContaining({ code: 'SERVER_ERROR' }));
    });
  });

  it('aborts its request when it is unsubscribed', () => {
    play((harness) => {
      const a = harness.actor('a', { link: { latencyMs: 100 } });
      joined(harness, a, 1_000);
      harness.expectObservable(asked(harness, a, 500), '520ms !').toBe('');
      harness.flush();
      expect(wordsOf(harness.consul)).not.toContain('evidence');
    });
  });
});
