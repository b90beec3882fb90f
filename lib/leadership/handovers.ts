import {
  AsyncSubject,
  concatMap,
  defer,
  EMPTY,
  subscribeOn,
  tap,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** The handover that is under way, if one is, so that `stepDown()` can wait for it. */
export interface Handovers {
  /** Gives the lock back, and is a handover until that has ended. */
  readonly track: (released$: Observable<never>) => Observable<never>;
  /** Completes once the lock is given back; at once where no handover is under way. */
  readonly ended: () => Observable<never>;
}

/**
 * @param sessionsEnded - destroys the sessions that there are, or joins their end: what gives the lock back
 * where a release fails, or is cut short by a resignation
 * @param scheduler - where that begins, after every synchronous teardown of the same moment
 */
export function handovers(
  sessionsEnded: () => Observable<never>,
  scheduler: SchedulerLike,
): Handovers {
  let current$: AsyncSubject<boolean> | undefined;
  return {
    track: (released$) =>
      defer(() => {
        const free$ = new AsyncSubject<boolean>();
        current$ = free$;
        const endRelease = (isFree: boolean) => () => {
          current$ = undefined;
          free$.next(isFree);
          free$.complete();
        };
        const [succeeded, failed] = [endRelease(true), endRelease(false)];
        return released$.pipe(tap({ complete: succeeded, error: failed, unsubscribe: failed }));
      }),
    ended: () =>
      current$?.pipe(
        concatMap((isFree) => (isFree ? EMPTY : sessionsEnded().pipe(subscribeOn(scheduler)))),
      ) ?? EMPTY,
  };
}
