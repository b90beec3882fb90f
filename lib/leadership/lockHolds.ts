import {
  BehaviorSubject,
  defer,
  filter,
  finalize,
  ignoreElements,
  Subject,
  take,
  takeWhile,
  type Observable,
} from 'rxjs';

/** What still needs the lock of a session. */
export interface LockHolds {
  /** Holds the lock while subscribed; completes when the hold is cut. */
  readonly hold: (sessionId: string) => Observable<never>;
  /** Ends all holds of the session, whose work stops before this returns. */
  readonly cut: (sessionId: string) => void;
  /** Completes once nothing holds the lock of the session. */
  readonly ended: (sessionId: string) => Observable<never>;
}

// One for all, since a group has a thousand contenders of which few work.
const none: ReadonlyMap<string, number> = new Map();

/** The running work of a contender, by session: the next session may begin while one still ends. */
export function lockHolds(): LockHolds {
  const count$ = new BehaviorSubject(none);
  const cut$ = new Subject<string>();
  const count = (sessionId: string): number => count$.value.get(sessionId) ?? 0;
  const add = (sessionId: string, change: 1 | -1): void => {
    const counts = new Map(count$.value).set(sessionId, count(sessionId) + change);
    if (counts.get(sessionId) === 0) counts.delete(sessionId);
    count$.next(counts);
  };
  return {
    hold: (sessionId) =>
      defer(() => {
        add(sessionId, 1);
        return cut$.pipe(
          filter((cut) => cut === sessionId),
          take(1),
          ignoreElements(),
          finalize(() => add(sessionId, -1)),
        );
      }),
    cut: (sessionId) => cut$.next(sessionId),
    ended: (sessionId) =>
      count$.pipe(
        takeWhile((counts) => counts.has(sessionId)),
        ignoreElements(),
      ),
  };
}
