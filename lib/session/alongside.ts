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
 * Mirrors the source while `background$` runs beside it. Ends with the source; an error of either is
 * an error of the result.
 */
export function alongside<T>(background$: Observable<never>): MonoTypeOperatorFunction<T> {
  return (source) =>
    merge(source.pipe(map(O.some), endWith<O.Option<T>>(O.none)), background$).pipe(
      takeWhile(O.isSome),
      map(({ value }) => value),
    );
}
