import { concat, defer, EMPTY, filter, finalize, take, takeUntil, type Observable } from 'rxjs';
import type { CreatedSession } from '../consul/http/answers.js';
import { withSession } from '../session/withSession.js';
import { retryWithBackoff, type RetriedFailure } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import { failedEvent, type ElectionContext } from './contender.js';
import type { ElectionEvent } from './electionEvent.js';

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
  readonly drainAndRelease: () => Observable<unknown>;
}

/** What a candidacy is for: one key or many. */
export interface Race<E> {
  /** Contends with a session. */
  readonly enter: (session: CreatedSession) => Entry<E>;
  /** Tells all keys what happens to the candidacy: it ends, or its session fails or is lost. */
  readonly told: (event: ElectionEvent) => Observable<E>;
}

/**
 * Everything that happens in a race, over as many sessions as it takes. Completes after a
 * resignation, once the session is destroyed. Never errors on its own, unless it is to crash.
 */
export function campaign<E>(
  context: ElectionContext,
  { resign$, track }: Exit,
  race: Race<E>,
): Observable<E> {
  const { now } = context.consul.time;
  const steppedDown$ = defer(() => race.told({ type: 'SteppedDown', at: now() }));
  return defer(() => {
    let inSession = false;
    const enter = (session: CreatedSession): Entry<E> => {
      inSession = true;
      const { event$, drainAndRelease } = race.enter(session);
      const raced$ = concat(event$.pipe(takeUntil(resign$)), steppedDown$).pipe(
        finalize(() => {
          inSession = false;
        }),
      );
      return { event$: raced$, drainAndRelease };
    };
    // While a session lives, its own resignation runs; between sessions there is nothing to give back.
    // The first resignation decides; a second one must not cut short the end that the first began.
    const resignedOutside$ = resign$.pipe(
      take(1),
      filter(() => !inSession),
    );
    const sessions$ = inSessions(context, track, { ...race, enter });
    return concat(sessions$.pipe(takeUntil(resignedOutside$)), steppedDown$);
  });
}

function inSessions<E>(
  context: ElectionContext,
  track: Exit['track'],
  { enter, told }: Race<E>,
): Observable<E> {
  const { consul, letItCrash, nodeChecks, retry, sessionName, timing } = context;
  // A session that Consul has ended is no trouble by itself: its locks are lost, and the next one follows.
  const report = (failure: RetriedFailure): Observable<E> =>
    told(
      isSessionLost(failure.error)
        ? { type: 'Lost', at: consul.time.now() }
        : failedEvent(context, 'session', failure),
    );
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
        beforeDestroy: () => entry?.drainAndRelease() ?? EMPTY,
      },
      (session) => {
        entry = enter(session);
        return entry.event$;
      },
    );
  }).pipe(retryWithBackoff({ ...retry, isRetryable: () => !letItCrash, report }));
}
