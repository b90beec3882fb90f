import { EMPTY, map, merge, NEVER, of, throwError, timer, type Observable } from 'rxjs';
import { contendWhile, whileLeader } from '../../lib/index.js';
import { letterOf, moments, play, span, wordOf, wordsOf } from '../leadership/election/harness.js';

/** Eligible from and until these moments, by turns. */
const turns = (...atMs: readonly number[]): Observable<boolean> =>
  merge(...atMs.map((ms, index) => timer(ms).pipe(map(() => index % 2 === 0))), NEVER);

describe('contendWhile', () => {
  it.each([
    ['before the first sign of health', NEVER, ''],
    ['while not eligible', merge(of(false), NEVER), ''],
    ['with nothing to go by', EMPTY, '|'],
    ['when it is never eligible', of(false), '|'],
  ])('sends nothing %s', (_, eligible$, result) => {
    play(({ actor, consul, expectObservable, flush }) => {
      const a = actor('a');
      expectObservable(contendWhile(a, eligible$), span(0, 1_000)).toBe(result);
      flush();
      expect(consul.requests).toEqual([]);
    });
  });

  it('joins when it becomes eligible, resigns cleanly, and joins again', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const letter$ = contendWhile(actor('a'), turns(100, 1_000, 2_000)).pipe(map(letterOf));
      expectObservable(letter$, span(0, 2_500)).toBe(moments('104:v 106:L 1000:v 2004:v 2006:L'));
      flush();
      const turn = ['create', 'read', 'acquire', 'release', 'destroy'];
      expect(wordsOf(consul).filter((word) => turn.includes(word))).toEqual([...turn, ...turn]);
    });
  });

  it('stays eligible when the last word of its health was so', () => {
    play(({ actor, expectObservable }) => {
      const letter$ = contendWhile(actor('a'), of(false, true)).pipe(map(letterOf));
      expectObservable(letter$, span(0, 2_500)).toBe(moments('4:v 6:L'));
    });
  });

  it('completes when the last word of its health was no, once it has left', () => {
    play(({ actor, expectObservable }) => {
      const eligible$ = merge(of(true), timer(1_000).pipe(map(() => false)));
      const letter$ = contendWhile(actor('a'), eligible$).pipe(map(letterOf));
      expectObservable(letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
    });
  });

  it('joins again only once it has left', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const drained = actor('a', { beforeRelease: () => timer(300) });
      const letter$ = contendWhile(drained, turns(0, 1_000, 1_100)).pipe(map(letterOf));
      expectObservable(letter$, span(0, 2_000)).toBe(moments('4:v 6:L 1000:v 1308:v 1310:L'));
      flush();
      const words = wordsOf(consul);
      expect(words.indexOf('destroy')).toBeLessThan(words.lastIndexOf('create'));
    });
  });

  it('does not join again where its health has changed back meanwhile', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const drained = actor('a', { beforeRelease: () => timer(300) });
      const letter$ = contendWhile(drained, turns(0, 1_000, 1_100, 1_200)).pipe(map(letterOf));
      expectObservable(letter$, span(0, 2_000)).toBe(moments('4:v 6:L 1000:v'));
      flush();
      expect(wordsOf(consul).filter((word) => word === 'create')).toHaveLength(1);
    });
  });

  it('lets the work be drained before the lock is released', () => {
    play(({ actor, cold, consul, expectObservable, flush }) => {
      const worked$ = contendWhile(actor('a'), turns(0, 1_000)).pipe(
        whileLeader(() => cold('1300ms w|'), { drain: true }),
      );
      expectObservable(worked$, span(0, 2_000)).toBe(moments('1306:w'));
      flush();
      expect(consul.requests.find((request) => wordOf(request) === 'release')?.atMs).toBe(1_308);
    });
  });

  it('is not undone by the next sign of health after a resignation', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      const letter$ = contendWhile(a, turns(0, 1_500, 1_600)).pipe(map(letterOf));
      expectObservable(letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      at({ 1_000: () => a.resign().subscribe() });
    });
  });

  it('resigns whoever else is subscribed', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      expectObservable(a.letter$).toBe(moments('4:v 6:L 1000:v 1004:|'));
      expectObservable(contendWhile(a, turns(0, 1_000)).pipe(map(letterOf)), span(0, 2_000)).toBe(
        moments('4:v 6:L 1000:v'),
      );
    });
  });

  it('goes on where Consul could not be told of the resignation', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      at({ 900: () => a.setLink('unreachable'), 1_900: () => a.setLink('up') });
      const letter$ = contendWhile(a, turns(0, 1_000, 2_000)).pipe(map(letterOf));
      // The lock is kept by the session that nobody renews any more.
      expectObservable(letter$, span(0, 5_000)).toBe(moments('4:v 6:L 1000:v 2004:F'));
    });
  });

  it('errors with its health, and leaves', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const failing$ = merge(
        of(true),
        timer(1_000).pipe(
          map(() => {
            throw 'no health';
          }),
        ),
        throwError(() => 'unused').pipe(() => NEVER),
      );
      const letter$ = contendWhile(actor('a'), failing$).pipe(map(letterOf));
      expectObservable(letter$).toBe(moments('4:v 6:L 1000:#'), undefined, 'no health');
      flush();
      expect(wordsOf(consul).slice(-2)).toEqual(['release', 'destroy']);
    });
  });

  it('leaves both when it is unsubscribed', () => {
    play(({ actor, cold, consul, expectObservable, expectSubscriptions, flush }) => {
      const eligible$ = cold('y', { y: true });
      const letter$ = contendWhile(actor('a'), eligible$).pipe(map(letterOf));
      expectObservable(letter$, span(0, 1_000)).toBe(moments('4:v 6:L'));
      expectSubscriptions(eligible$.subscriptions).toBe(span(0, 1_000));
      flush();
      expect(wordsOf(consul).slice(-2)).toEqual(['release', 'destroy']);
    });
  });
});
