import { endWith, firstValueFrom, Observable } from 'rxjs';

/**
 * A cold observable of one value that you can also `await`: what `resign()`, `stepDown()`, `verify()` and
 * `fencedTransaction()` of an election return.
 *
 * Nothing happens before you subscribe or await. Each subscription does the thing again, as with any cold
 * observable; awaiting does it once, however often you await the same object. An error rejects.
 *
 * Operators return plain observables: `election.resign().pipe(timeout(1_000))` needs `firstValueFrom`.
 *
 * @example
 * ```ts
 * const contending = election.leadership$.subscribe();
 * await firstValueFrom(election.leadership$.pipe(isLeading(), filter(Boolean)));
 * console.log(await election.verify()); // => true
 * await election.resign();
 * console.log(await election.verify(), contending.closed); // => false true
 * ```
 */
export interface AwaitableObservable<T> extends Observable<T>, PromiseLike<T> {}

/** Lets the first value of an observable be awaited, too. */
export function awaitable<T>(source$: Observable<T>): AwaitableObservable<T> {
  let promise: Promise<T> | undefined;
  const then: PromiseLike<T>['then'] = (onFulfilled, onRejected) => {
    // eslint-disable-next-line rxjs-x/no-ignored-default-value -- Each source has a value or an error.
    promise ??= firstValueFrom(source$);
    return promise.then(onFulfilled, onRejected);
  };
  const same$ = new Observable<T>((subscriber) => source$.subscribe(subscriber));
  return Object.assign(same$, { then });
}

/** Lets an end be awaited: emits one `undefined` when the source completes. */
export const awaitableEnd = (end$: Observable<never>): AwaitableObservable<void> =>
  awaitable(end$.pipe(endWith(undefined)));
