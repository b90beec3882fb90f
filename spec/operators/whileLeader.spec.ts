import { concat, NEVER, Observable, of, throwError } from 'rxjs';
import { isLeading } from '../../lib/operators/views/isLeading.js';
import { whileLeader } from '../../lib/operators/work/whileLeader.js';
import { marbles } from '../support/marbles.js';
import { states } from './leaderships.js';

describe('whileLeader', () => {
  it.each([
    ['nothing before anybody leads', '-', '', '-', []],
    ['nothing for an empty stream', '--|', '', '--|', []],
    ['nothing while it follows or does not know', '-F-E-F|', '', '------|', []],
    ['the work of a term', '-F-L----F|', 'ab-c', '---ab-c--|', '---^----!'],
    [
      'the work again after an expiry',
      '-L---E-R---F',
      'ab',
      '-ab----ab',
      ['-^---!', '-------^---!'],
    ],
    ['new work for another term without a gap', '-L--M--F', 'ab', '-ab-ab', ['-^--!', '----^--!']],
    ['the same work when only the lease is extended', '-L--X--F', 'ab-d', '-ab-d', '-^-----!'],
    ['an error of the election', '-L--#', 'ab', '-ab-#', '-^--!'],
    ['an error of the work', '-L-----', 'a-#', '-a-#', '-^-!'],
    ['nothing more once the work is complete', '-L-----F', 'a|', '-a', '-^!'],
    ['no more of a term when the election ends', '-L--|', 'ab-c-d', '-ab-|', '-^--!'],
    ['nothing that comes too late for a synchronous election', '(FL|)', 'ab', '|', '(^!)'],
  ])('emits %s', (_, election, work, result, subscriptions) => {
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const work$ = cold(work);
      const leadership$ = election.startsWith('(') ? cold(election, states) : hot(election, states);
      expectObservable(leadership$.pipe(whileLeader(() => work$))).toBe(result);
      expectSubscriptions(work$.subscriptions).toBe(subscriptions);
    });
  });

  it('emits what the work does at once, also where the election is synchronous', () => {
    const seen: string[] = [];
    of(states['L']!)
      .pipe(whileLeader(() => of('a', 'b')))
      .subscribe((value) => seen.push(value));
    expect(seen).toEqual(['a', 'b']);
  });

  it('aborts the signal when the term ends, and not when the work has ended before', () => {
    marbles(({ hot, cold, expectObservable, flush }) => {
      const signals: AbortSignal[] = [];
      const work$ = cold('-a|');
      const leadership$ = hot('-L----F-M-R', states).pipe(
        whileLeader((_, signal) => {
          signals.push(signal);
          return signals.length === 1 ? work$ : NEVER;
        }),
      );
      expectObservable(leadership$, '-----------!').toBe('--a');
      flush();
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, true, true]);
    });
  });

  it('aborts the signal when the result is unsubscribed', () => {
    let stopped: AbortSignal | undefined;
    concat(of(states['L']!), NEVER)
      .pipe(
        whileLeader((_, signal) => {
          stopped = signal;
          return NEVER;
        }),
      )
      .subscribe()
      .unsubscribe();
    expect(stopped?.aborted).toBe(true);
  });

  it('takes an AbortError of work that was told to stop for its end, and no other', () => {
    marbles(({ hot, expectObservable }) => {
      const failing = (error: unknown) =>
        hot('-L--F--', states).pipe(
          whileLeader(
            (_, signal) =>
              new Observable<never>((subscriber) => {
                signal.addEventListener('abort', () => subscriber.error(error ?? signal.reason));
              }),
          ),
        );
      const foreign = Object.assign(new Error('aborted'), { name: 'AbortError' });
      expectObservable(failing(undefined)).toBe('-------');
      expectObservable(failing(foreign)).toBe('-------');
      expectObservable(failing('disk full')).toBe('----#', undefined, 'disk full');
    });
  });

  it('stops the work and leaves the election when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const leadership$ = cold('-L', states);
      const work$ = cold('--a-b-c');
      expectObservable(leadership$.pipe(whileLeader(() => work$)), '------!').toBe('---a-b');
      expectSubscriptions(work$.subscriptions).toBe('-^----!');
      expectSubscriptions(leadership$.subscriptions).toBe('^-----!');
    });
  });

  it('hands the term with its fencing token to the work', () => {
    marbles(({ hot, expectObservable }) => {
      const leadership$ = hot('-L--M', states);
      const tokens$ = leadership$.pipe(whileLeader((l) => of(l.fencingToken.toString())));
      expectObservable(tokens$).toBe('-5--9');
    });
  });

  it('passes on what the work throws before it has begun', () => {
    marbles(({ hot, expectObservable }) => {
      const thrown$ = hot('-L', states).pipe(
        whileLeader(() => {
          throw 'defect';
        }),
      );
      expectObservable(thrown$).toBe('-#', undefined, 'defect');
      expectObservable(hot('-L', states).pipe(whileLeader(() => throwError(() => 'refused')))).toBe(
        '-#',
        undefined,
        'refused',
      );
    });
  });
});

describe('isLeading', () => {
  it.each([
    ['-', '-'],
    ['--|', '--|'],
    ['-F-E-L-R-E-F|', '-f---t---f--|'],
    ['-L-#', '-t-#'],
    ['(FL|)', '(ft|)'],
  ])('of %s is %s', (election, result) => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold(election, states).pipe(isLeading())).toBe(result, {
        t: true,
        f: false,
      });
    });
  });

  it('leaves the election when it is unsubscribed', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const leadership$ = cold('-L----F', states);
      expectObservable(leadership$.pipe(isLeading()), '---!').toBe('-t', { t: true });
      expectSubscriptions(leadership$.subscriptions).toBe('^--!');
    });
  });
});
