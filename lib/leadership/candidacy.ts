import { concat, defer, EMPTY, filter, finalize, take, takeUntil, type Observable } from 'rxjs';
import type { CreatedSession } from '../consul/http/answers.js';
import { withSession } from '../session/withSession.js';
import { retryWithBackoff, type RetriedFailure } from '../retry/retryWithBackoff.js';
import type { Circumstances } from './contender.js';

/** What the owner of a candidacy can ask of it while it runs. */
export interface Exit {
  /** Leaves the race. */
  readonly resign$: Observable<void>;
  /** Learns of every session; see `withSession`. */
  readonly track: (destroyed$: Observable<never>) => () => void;
}

/** A session in a race. */
export interface Entry<E> {
  /** What happens with it. Never completes; errors when another session must follow. */
  readonly event$: Observable<E>;
  /** Gives back what it may hold, before it is destroyed. */
  readonly vacate: () => Observable<unknown>;
}

/** What a candidacy is for: one key or many. */
export interface Race<E> {
  /** Contends with a session. */
  readonly enter: (session: CreatedSession) => Entry<E>;
  /** Says that leadership is given up. */
  readonly ceded$: Observable<E>;
  /** Says that a session failed; another will follow. */
  readonly failed: (failure: RetriedFailure) => Observable<E>;
}

/**
 * Everything that happens in a race, over as many sessions as it takes. Completes after a
 * resignation, once the session is destroyed. Never errors on its own, unless it is to crash.
 */
export function candidacy<E>(
  circumstances: Circumstances,
  { resign$, track }: Exit,
  race: Race<E>,
): Observable<E> {
  return defer(() => {
    let inSession = false;
    const enter = (session: CreatedSession): Entry<E> => {
      inSession = true;
      const { event$, vacate } = race.enter(session);
      const raced$ = concat(event$.pipe(takeUntil(resign$)), race.ceded$).pipe(
        finalize(() => {
          inSession = false;
        }),
      );
      return { event$: raced$, vacate };
    };
    // While a session lives, its own resignation runs; between sessions there is nothing to give back.
    // The first resignation decides; a second one must not cut short the end that the first began.
    const resignedOutside$ = resign$.pipe(
      take(1),
      filter(() => !inSession),
    );
    const sessions$ = inSessions(circumstances, track, { ...race, enter });
    return concat(sessions$.pipe(takeUntil(resignedOutside$)), race.ceded$);
  });
}

function inSessions<E>(
  { consul, letItCrash, nodeChecks, retry, sessionName, timing }: Circumstances,
  track: Exit['track'],
  { enter, failed }: Race<E>,
): Observable<E> {
  return defer(() => {
    let entry: Entry<E> | undefined;
    return withSession(
      consul,
      {
        name: sessionName,
        ttlMs: timing.sessionTtlMs,
        lockDelayMs: timing.lockDelayMs,
        renewIntervalMs: timing.renewIntervalMs,
        nodeChecks,
        detector: timing.detector,
        retry,
        track,
        beforeDestroy: () => entry?.vacate() ?? EMPTY,
      },
      (session) => {
        entry = enter(session);
        return entry.event$;
      },
    );
  }).pipe(retryWithBackoff({ ...retry, isRetryable: () => !letItCrash, report: failed }));
}
