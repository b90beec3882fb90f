import { concat, EMPTY, ignoreElements, of, retry, throwError, timer, type Observable } from 'rxjs';
import { switchByRole, whileLeader, type WhileLeaderOptions } from '../../lib/index.js';
import { states } from './leaderships.js';
import { moments, play, span, wordsOf } from '../leadership/election/harness.js';
import { marbles } from '../support/marbles.js';

/** Work that fails after 94 ms, which is at 100 in these plays. */
const failing = (): Observable<string> =>
  concat(
    of('begun'),
    timer(94).pipe(ignoreElements()),
    throwError(() => 'disk full'),
  );

const letters = { b: 'begun' };

describe('an error of the work', () => {
  it('is passed on once the process has resigned', () => {
    play(({ actor, consul, expectObservable, flush }) => {
      const a = actor('a');
      const worked$ = a.leadership$.pipe(whileLeader(failing));
      expectObservable(worked$).toBe('6ms b 97ms #', letters, 'disk full');
      flush();
      expect(wordsOf(consul).slice(-2)).toEqual(['release', 'destroy']);
    });
  });

  it('gives leadership up though somebody else is subscribed, unless it is only to be passed on', () => {
    const lettersWith = (options: WhileLeaderOptions, letterMarbles: string, worked: string) =>
      play(({ actor, expectObservable }) => {
        const a = actor('a');
        expectObservable(a.letter$, span(0, 2_000)).toBe(letterMarbles);
        const worked$ = a.leadership$.pipe(whileLeader(failing, options));
        expectObservable(worked$, span(0, 2_000)).toBe(worked, letters, 'disk full');
      });
    lettersWith({ onError: 'pass' }, moments('4:v 6:L'), '6ms b 93ms #');
    // The error comes once Consul has confirmed: two round trips later.
    lettersWith({}, moments('4:v 6:L 100:v 104:|'), '6ms b 97ms #');
    lettersWith({ onError: 'resign' }, moments('4:v 6:L 100:v 104:|'), '6ms b 97ms #');
    lettersWith({ onError: () => 'resign' }, moments('4:v 6:L 100:v 104:|'), '6ms b 97ms #');
  });

  it('lets the process join again by a retry', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      const worked$ = a.leadership$.pipe(whileLeader(failing), retry({ delay: () => timer(10) }));
      // Led from 6 on, failed at 100, resigned by 104, joined again at 114.
      expectObservable(worked$, span(0, 200)).toBe('6ms b 113ms b', letters);
    });
  });

  it('of a role does the same', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      const roles = { leader: failing, follower: () => EMPTY, error: () => EMPTY };
      expectObservable(a.letter$).toBe(moments('4:v 6:L 100:v 104:|'));
      const worked$ = a.leadership$.pipe(switchByRole(roles));
      expectObservable(worked$).toBe('6ms b 97ms #', letters, 'disk full');
    });
  });

  it('is still told when Consul could not be told of the resignation', () => {
    play(({ actor, at, expectObservable }) => {
      const a = actor('a');
      const worked$ = a.leadership$.pipe(whileLeader(failing, { onError: 'resign' }));
      const failed$ = worked$.pipe(ignoreElements());
      at({ 50: () => a.setLink('unreachable') });
      expectObservable(failed$).toBe('412ms #', undefined, 'disk full');
    });
  });

  it('lets others go first where the handler says so, and is begun again by the next term', () => {
    play(({ actor, expectObservable, flush }) => {
      const a = actor('a');
      const seen: unknown[] = [];
      const onError: WhileLeaderOptions['onError'] = (error, { fencingToken }) => {
        seen.push([error, fencingToken.value]);
        return 'stepDown';
      };
      expectObservable(a.letter$, span(0, 1_150)).toBe(moments('4:v 6:L 100:v 1104:L'));
      const worked$ = a.leadership$.pipe(whileLeader(failing, { onError }));
      expectObservable(worked$, span(0, 1_150)).toBe('6ms b 1097ms b', letters);
      flush();
      expect(seen).toEqual([['disk full', expect.any(BigInt)]]);
    });
  });

  it('may come in the moment in which leadership begins', () => {
    play(({ actor, expectObservable }) => {
      const a = actor('a');
      const worked$ = a.leadership$.pipe(
        whileLeader(() => throwError(() => 'refused'), { onError: () => 'stepDown' }),
      );
      expectObservable(worked$, span(0, 900)).toBe('');
      expectObservable(a.letter$, span(1, 900)).toBe('4ms v 1ms (Lv)');
    });
  });

  it('is passed on where the handler throws', () => {
    marbles(({ hot, expectObservable }) => {
      const worked$ = hot('-L--', states).pipe(
        whileLeader(() => throwError(() => 'refused'), {
          onError: (error) => {
            throw `unhandled: ${String(error)}`;
          },
        }),
      );
      expectObservable(worked$).toBe('-#', undefined, 'unhandled: refused');
    });
  });

  it.each([
    ['pass', '-#'],
    ['resign', '-#'],
    ['stepDown', '----'],
  ] as const)('of a leader that no election made does what it can: %s', (policy, result) => {
    marbles(({ hot, expectObservable }) => {
      const worked$ = hot('-L--', states).pipe(
        whileLeader(() => throwError(() => 'refused'), { onError: () => policy }),
      );
      expectObservable(worked$).toBe(result, undefined, 'refused');
    });
  });
});
