import { concatMap, defer, EMPTY, map, NEVER, of, throwError, timer } from 'rxjs';
import { awaitable, awaitableEnd } from '../../lib/leadership/awaitableObservable.js';
import { marbles } from '../support/marbles.js';

/** Counts its subscriptions, and emits their number. */
function counting() {
  const count = { subscriptions: 0 };
  const counted$ = defer(() => of((count.subscriptions += 1)));
  return { count, counted$: awaitable(counted$) };
}

describe('an observable that can be awaited', () => {
  it('does nothing before it is subscribed to or awaited', () => {
    expect(counting().count.subscriptions).toBe(0);
  });

  it('gives its value when it is awaited', async () => {
    expect(await counting().counted$).toBe(1);
  });

  it('is subscribed to once, however often it is awaited', async () => {
    const { count, counted$ } = counting();
    expect([await counted$, await counted$]).toEqual([1, 1]);
    expect(count.subscriptions).toBe(1);
  });

  it('rejects with its error', async () => {
    const failing$ = awaitable(throwError(() => new Error('no answer')));
    await expect(async () => await failing$).rejects.toThrow('no answer');
  });

  it('gives undefined for an end', async () => {
    const values: unknown[] = [];
    awaitableEnd(EMPTY).subscribe((value) => values.push(value));
    await awaitableEnd(EMPTY).then((value) => values.push(value));
    expect(values).toEqual([undefined, undefined]);
  });

  it('is passed on by an async function', async () => {
    const { count, counted$ } = counting();
    const passing = async () => {
      await Promise.resolve();
      return counted$;
    };
    expect(await passing()).toBe(1);
    expect(count.subscriptions).toBe(1);
  });

  it('is cold for operators, and driven by virtual time', () => {
    marbles(({ expectObservable }) => {
      const late$ = awaitable(timer(5));
      const mapped$ = late$.pipe(map(() => 'a'));
      expectObservable(timer(1).pipe(concatMap(() => mapped$))).toBe('------(a|)');
      expectObservable(timer(2).pipe(concatMap(() => late$))).toBe('-------(a|)', { a: 0 });
      expect(mapped$).not.toHaveProperty('then');
    });
  });

  it('is unsubscribed like any other', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('----a');
      expectObservable(awaitable(source$), '^-!').toBe('');
      expectSubscriptions(source$.subscriptions).toBe('^-!');
    });
  });

  it('is no condition: the compiler and the linter see the missing await', () => {
    const verify = () => awaitable(NEVER.pipe(map(() => true)));
    // @ts-expect-error -- It is an object, so the condition always holds, whatever the answer will be.
    // eslint-disable-next-line @typescript-eslint/no-misused-promises, @typescript-eslint/no-unnecessary-condition
    const answer = verify() ? 'leads' : 'follows';
    expect(answer).toBe('leads');
  });
});
