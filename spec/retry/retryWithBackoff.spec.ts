import { concat, defer, map, NEVER, of, take, throwError } from 'rxjs';
import { electionError } from '../../lib/errors.js';
import { retryWithBackoff } from '../../lib/retry/retryWithBackoff.js';
import { marbles, type MarbleHelpers } from '../support/marbles.js';

const backoff = { initialDelayMs: 4, maxDelayMs: 10, factor: 2 };
const withoutJitter = ({ time }: MarbleHelpers) => ({ backoff, time, chance: () => 1 });

const failure = (retryable: boolean) =>
  electionError('SERVER_ERROR', {
    message: 'no leader',
    details: { status: 500, text: '' },
    retryable,
  });

describe('retryWithBackoff', () => {
  it('never ends with a source that never does', () => {
    marbles((m) => {
      const source$ = m.cold('-');
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m)))).toBe('-');
      m.expectSubscriptions(source$.subscriptions).toBe('^');
    });
  });

  it('completes with an empty source', () => {
    marbles((m) => {
      const source$ = m.cold('--|');
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m)))).toBe('--|');
      m.expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('mirrors a source that does not fail', () => {
    marbles((m) => {
      const source$ = m.cold('--a--b--|');
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m)))).toBe('--a--b--|');
      m.expectSubscriptions(source$.subscriptions).toBe('^-------!');
    });
  });

  it('waits longer with each failure in a row, up to the cap', () => {
    marbles((m) => {
      const source$ = m.cold('--#');
      const subscriptions = [
        '^-!',
        '------^-!',
        '----------------^-!',
        '----------------------------^-!',
        '----------------------------------------^!',
      ];
      const unsubscribed = '-----------------------------------------!';
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m))), unsubscribed).toBe('-');
      m.expectSubscriptions(source$.subscriptions).toBe(subscriptions);
    });
  });

  it('begins with the shortest delay again after a success', () => {
    marbles((m) => {
      const source$ = m.cold('a-#');
      const result$ = source$.pipe(retryWithBackoff(withoutJitter(m)));
      m.expectObservable(result$, '-------------------!').toBe('a-----a-----a-----a');
      m.expectSubscriptions(source$.subscriptions).toBe([
        '^-!',
        '------^-!',
        '------------^-!',
        '------------------^!',
      ]);
    });
  });

  it('draws the delay, so that contenders do not come back together', () => {
    marbles((m) => {
      const source$ = m.cold('#');
      const result$ = source$.pipe(retryWithBackoff({ ...withoutJitter(m), chance: () => 0.5 }));
      m.expectObservable(result$, '---!').toBe('-');
      m.expectSubscriptions(source$.subscriptions).toBe(['(^!)', '--(^!)']);
    });
  });

  it('passes an error on at once that cannot be helped by trying again', () => {
    marbles((m) => {
      const error = failure(false);
      const source$ = m.cold('-#', undefined, error);
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m)))).toBe(
        '-#',
        undefined,
        error,
      );
      m.expectSubscriptions(source$.subscriptions).toBe('^!');
    });
  });

  it('leaves the judgement to isRetryable where it is given', () => {
    marbles((m) => {
      const source$ = m.cold('#', undefined, failure(false));
      const result$ = source$.pipe(
        retryWithBackoff({ ...withoutJitter(m), isRetryable: () => true }),
      );
      m.expectObservable(result$, '-----!').toBe('-');
      m.expectSubscriptions(source$.subscriptions).toBe(['(^!)', '----(^!)']);
    });
  });

  it('gives up with the last error after maxAttempts failures in a row', () => {
    marbles((m) => {
      const source$ = m.cold('#');
      const result$ = source$.pipe(retryWithBackoff({ ...withoutJitter(m), maxAttempts: 2 }));
      m.expectObservable(result$).toBe('----#');
      m.expectSubscriptions(source$.subscriptions).toBe(['(^!)', '----(^!)']);
    });
  });

  it('reports each failure with its number and its delay', () => {
    marbles((m) => {
      const report = ({ attempt, delayMs }: { attempt: number; delayMs: number }) =>
        of(`${attempt}:${delayMs}`);
      const source$ = m.cold('#');
      const result$ = source$.pipe(retryWithBackoff({ ...withoutJitter(m), report }));
      m.expectObservable(result$, '-----------!').toBe('a---b', { a: '1:4', b: '2:8' });
    });
  });

  it('stops waiting when it is unsubscribed between tries', () => {
    marbles((m) => {
      const source$ = m.cold('#');
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m))), '--!').toBe('-');
      m.expectSubscriptions(source$.subscriptions).toBe('(^!)');
    });
  });

  it('unsubscribes the source when it is unsubscribed during a try', () => {
    marbles((m) => {
      const source$ = m.cold('-----#');
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m))), '--!').toBe('-');
      m.expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('counts failures anew for each subscriber', () => {
    marbles((m) => {
      const result$ = m
        .cold('#')
        .pipe(retryWithBackoff({ ...withoutJitter(m), report: ({ attempt }) => of(`${attempt}`) }));
      m.expectObservable(result$, '-----!').toBe('1---2');
      m.expectObservable(result$, '------^----!').toBe('------1---2');
    });
  });

  it('takes a synchronous source', () => {
    marbles((m) => {
      let failures = 2;
      const source$ = defer(() =>
        failures-- > 0 ? throwError(() => failure(true)) : of('a', 'b'),
      );
      m.expectObservable(source$.pipe(retryWithBackoff(withoutJitter(m)))).toBe(
        '------------(ab|)',
      );
    });
  });

  it('ends with the error that report throws', () => {
    marbles((m) => {
      const report = () => {
        throw 'defect';
      };
      const result$ = m.cold('-#').pipe(retryWithBackoff({ ...withoutJitter(m), report }));
      m.expectObservable(result$).toBe('-#', undefined, 'defect');
    });
  });

  it('does not nest subscriptions, so that a long outage costs no memory', () => {
    marbles((m) => {
      let tries = 0;
      const source$ = defer(() => {
        tries += 1;
        return tries < 20_000 ? throwError(() => failure(true)) : concat(of(tries), NEVER);
      });
      const result$ = source$.pipe(
        retryWithBackoff({ ...withoutJitter(m), backoff: { ...backoff, maxDelayMs: 0 } }),
        take(1),
        map((count) => count === 20_000),
      );
      m.expectObservable(result$).toBe('(a|)', { a: true });
    });
  });
});
