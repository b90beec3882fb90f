import {
  AsyncSubject,
  catchError,
  concat,
  defer,
  EMPTY,
  finalize,
  ignoreElements,
  mergeMap,
  share,
  subscribeOn,
  take,
  type MonoTypeOperatorFunction,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/**
 * Learns of something that ends asynchronously: of what ends it, or joins its end. What it returns is
 * called once it has ended.
 */
export type Track = (ended$: Observable<never>) => () => void;

/** What {@link bracket} is made of. */
export interface Bracket<R, T> {
  /** Makes the resource: its first value. Not cancelled once begun, lest the resource be abandoned. */
  readonly acquire$: Observable<R>;
  /** What is done with the resource. */
  readonly use: (resource: R) => Observable<T>;
  /** Gives the resource back. Runs once, whatever ends `use`, and is not cancelled either. */
  readonly release: (resource: R) => Observable<unknown>;
  /** Where the release starts when the subscriber has left. */
  readonly scheduler: SchedulerLike;
  /** Called at subscription with what runs the release, or joins it, and ends with it. */
  readonly track?: Track;
}

/** Runs the source once, to its end, whoever comes and goes. */
const uninterrupted = <T>(): MonoTypeOperatorFunction<T> =>
  share({
    connector: () => new AsyncSubject<T>(),
    resetOnComplete: false,
    resetOnError: false,
    resetOnRefCountZero: false,
  });

/**
 * A resource with an asynchronous end, which RxJS' synchronous teardown cannot express.
 *
 * When `use` completes, the release runs before the result completes, so whoever waits for the end
 * knows that the resource is gone. When `use` errors or the subscriber leaves, downstream hears of it
 * at once, and the release runs on its own: it starts through the scheduler, hence after every
 * synchronous teardown of the same moment, so that work has stopped before its lock is released.
 */
export function bracket<R, T>(parts: Bracket<R, T>): Observable<T> {
  return defer(() => {
    const resource$ = parts.acquire$.pipe(take(1), uninterrupted());
    const released$: Observable<never> = resource$.pipe(
      // A resource that never was needs no release.
      catchError(() => EMPTY),
      mergeMap(parts.release),
      ignoreElements(),
      finalize(() => untrack?.()),
      uninterrupted(),
    );
    const untrack = parts.track?.(released$);
    // Whoever wants to know of a failed release tracks it; here nobody is left to hear.
    const quietly$ = released$.pipe(catchError(() => EMPTY));

    return concat(resource$.pipe(mergeMap(parts.use)), quietly$).pipe(
      finalize(() => {
        // RxJS cannot wait for a teardown, so this one goes on by itself.
        // eslint-disable-next-line rxjs-x/no-subscribe-in-pipe
        quietly$.pipe(subscribeOn(parts.scheduler)).subscribe();
      }),
    );
  });
}
