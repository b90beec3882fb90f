import {
  concatMap,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  endWith,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';

/** The end of the source, which ends what the last state began. */
const over = undefined;

/**
 * Does what each state asks for while it lasts, one after the other: like `switchMap`, but what a state
 * began is told of its end by `ended$` instead of being unsubscribed, may take a while, and has ended
 * before the next begins. A state that was superseded meanwhile begins nothing.
 *
 * The end of the source ends the last state too: whoever left the election leads no more.
 *
 * @param keyOf - what tells states apart; those of one key in a row are one
 * @param run - what to do in a state
 */
export function serially<T, R>(
  keyOf: (state: T) => string,
  run: (state: T, ended$: Observable<unknown>) => Observable<R>,
): OperatorFunction<T, R> {
  const isSame = (one: T | typeof over, other: T | typeof over): boolean =>
    one === over || other === over ? one === other : keyOf(one) === keyOf(other);
  return (source) =>
    defer(() => {
      let latest: T | typeof over;
      return source.pipe(
        endWith(over),
        distinctUntilChanged(isSame),
        tap((state) => {
          latest = state;
        }),
        connect((stateAndEnd$) =>
          stateAndEnd$.pipe(
            concatMap((state) =>
              state === over || state !== latest ? EMPTY : run(state, stateAndEnd$),
            ),
          ),
        ),
      );
    });
}
