import * as O from 'fp-ts/lib/Option.js';
import {
  endWith,
  map,
  merge,
  takeWhile,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';

/**
 * Mirrors the source while `background$` runs beside it, whose values come through, too. Ends with the
 * source; an error of either is an error of the result.
 */
export function alongside<T, B extends T = never>(
  background$: Observable<B>,
): MonoTypeOperatorFunction<T> {
  return (source) =>
    merge(
      source.pipe(map(O.some), endWith<O.Option<T>>(O.none)),
      background$.pipe(map<B, O.Option<T>>(O.some)),
    ).pipe(
      takeWhile(O.isSome),
      map(({ value }) => value),
    );
}
