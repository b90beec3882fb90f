import { concatMap, map, timer } from 'rxjs';
import { requestTo } from '../../../lib/testing/index.js';
import { key, play, span, wordsOf, type Actor, type Stage } from './stage.js';

/** Asks at a moment: `y`es or `n`o. */
const asked = ({ scheduler }: Stage, { verify }: Actor, atMs: number) =>
  timer(atMs, scheduler).pipe(
    concatMap(() => verify()),
    map((leads) => (leads ? 'y' : 'n')),
  );

const joined = ({ expectObservable }: Stage, { letter$ }: Actor, toMs: number) => {
  expectObservable(letter$.pipe(concatMap(() => [])), span(0, toMs)).toBe('');
};

describe('verify', () => {
  it('asks the raft leader, once', () => {
    play((stage) => {
      const a = stage.actor('a');
      joined(stage, a, 1_000);
      stage.expectObservable(asked(stage, a, 500)).toBe('502ms (y|)');
      stage.flush();
      expect(wordsOf(stage.consul).filter((word) => word === 'evidence')).toHaveLength(1);
    });
  });

  it.each([
    ['has not joined', 0],
    ['joins', 5],
    ['has left', 1_500],
  ])('is false at once, without a request, for somebody who %s', (_, atMs) => {
    play((stage) => {
      const a = stage.actor('a');
      joined(stage, a, 1_000);
      stage.expectObservable(asked(stage, a, atMs)).toBe(`${atMs}ms (n|)`.replace(/^0ms /, ''));
      stage.flush();
      expect(wordsOf(stage.consul)).not.toContain('evidence');
    });
  });

  it.each([
    ['the lock was lost', ({ consul }: Stage) => consul.destroySession(consul.holderOf(key)!)],
    ['the key is gone', ({ consul }: Stage) => consul.deleteKey(key)],
  ])('is false where %s and the news is still on its way', (_, lose) => {
    play((stage) => {
      const a = stage.actor('a');
      joined(stage, a, 1_000);
      stage.at({ 500: () => lose(stage) });
      stage.expectObservable(asked(stage, a, 500)).toBe('502ms (n|)');
    });
  });

  it('is false where leadership was given up before the answer', () => {
    play((stage) => {
      const a = stage.actor('a');
      joined(stage, a, 2_000);
      stage.at({ 501: () => a.stepDown().subscribe() });
      stage.expectObservable(asked(stage, a, 500)).toBe('502ms (n|)');
    });
  });

  it('is an error where Consul does not say', () => {
    play((stage) => {
      const a = stage.actor('a');
      joined(stage, a, 1_000);
      stage.at({
        400: () => {
          stage.consul.fail(requestTo('GET', '/v1/kv/'), {
            status: 500,
            body: 'No cluster leader',
          });
        },
      });
      stage
        .expectObservable(asked(stage, a, 500))
        .toBe('502ms #', undefined, expect.objectContaining({ code: 'SERVER_ERROR' }));
    });
  });

  it('aborts its request when it is unsubscribed', () => {
    play((stage) => {
      const a = stage.actor('a', { link: { latencyMs: 100 } });
      joined(stage, a, 1_000);
      stage.expectObservable(asked(stage, a, 500), '520ms !').toBe('');
      stage.flush();
      expect(wordsOf(stage.consul)).not.toContain('evidence');
    });
  });
});
