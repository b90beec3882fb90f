import { concatMap, defer, forkJoin, last, of, type Observable } from 'rxjs';

/**
 * A scenario in the order in which it happens: each `yield` waits for an observable and gives its
 * last value. A generator rather than an async function, so that virtual time can drive it.
 */
export type Script<T> = Generator<Observable<unknown>, T, unknown>;

/** Plays a script when subscribed to, and emits what it returns. */
export function play<T>(script: () => Script<T>): Observable<T> {
  return defer(() => {
    const steps = script();
    const go = (input: unknown): Observable<T> => {
      const step = steps.next(input);
      return step.done === true
        ? of(step.value)
        : step.value.pipe(
            last(() => true, undefined),
            concatMap(go),
          );
    };
    return go(undefined);
  });
}

/** Waits for one observable, with its type. */
export function* wait<T>(source$: Observable<T>): Script<T> {
  return (yield source$) as T;
}

/** Plays scripts beside each other and goes on when all have ended. */
export function* together<A, B>(first: () => Script<A>, second: () => Script<B>): Script<[A, B]> {
  return yield* wait(forkJoin([play(first), play(second)]));
}

/** Plays as many scripts of one kind beside each other. */
export function* all<T>(scripts: readonly (() => Script<T>)[]): Script<readonly T[]> {
  return yield* wait(forkJoin(scripts.map((script) => play(script))));
}
