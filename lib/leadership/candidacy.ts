import { concat, defer, EMPTY, filter, finalize, of, take, takeUntil, type Observable } from 'rxjs';
import { isSessionLost } from '../session/isSessionLost.js';
import { withSession } from '../session/withSession.js';
import { retryWithBackoff, type RetriedFailure } from '../retry/retryWithBackoff.js';
import { contend, type Interventions } from './contend.js';
import { cutOff, failedEvent, type Contender } from './contender.js';
import type { ElectionEvent } from './electionEvent.js';
import { vacate, type Candidate } from './vacate.js';

/** What the owner of a contender can ask of it while it runs. */
export interface Commands extends Interventions {
  /** Leaves the race. */
  readonly resign$: Observable<void>;
  /** Learns of every session; see `withSession`. */
  readonly track: (destroyed$: Observable<never>) => () => void;
}

/**
 * Everything that happens to a contender, over as many sessions as it takes. Completes after a
 * resignation, once the session is destroyed. Never errors on its own, unless it is to crash.
 */
export function candidacy(contender: Contender, commands: Commands): Observable<ElectionEvent> {
  return defer(() => {
    let inSession = false;
    const ceded$ = defer(() =>
      of<ElectionEvent>({ type: 'Ceded', at: contender.consul.time.now() }),
    );

    const race = (candidate: Candidate): Observable<ElectionEvent> => {
      inSession = true;
      return concat(
        contend(contender, candidate, commands).pipe(takeUntil(commands.resign$)),
        ceded$,
      ).pipe(
        finalize(() => {
          inSession = false;
        }),
      );
    };
    // While a session lives, its own resignation runs; between sessions there is nothing to give back.
    // The first resignation decides; a second one must not cut short the end that the first began.
    const resignedOutside$ = commands.resign$.pipe(
      take(1),
      filter(() => !inSession),
    );

    return concat(inSessions(contender, commands, race).pipe(takeUntil(resignedOutside$)), ceded$);
  });
}

function inSessions(
  contender: Contender,
  { track }: Commands,
  use: (candidate: Candidate) => Observable<ElectionEvent>,
): Observable<ElectionEvent> {
  const { consul, holds, nodeChecks, retry, sessionName, timing } = contender;
  let latestId = '';

  return defer(() => {
    let candidate: Candidate | undefined;
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
        beforeDestroy: ({ id }) =>
          (candidate?.mayHold === true ? vacate(contender, candidate) : EMPTY).pipe(
            // When Consul ends the session meanwhile, its lock is lost.
            finalize(() => holds.cut(id)),
          ),
      },
      ({ id }) => {
        candidate = { sessionId: id, mayHold: false, hasLed: false };
        latestId = id;
        return use(candidate);
      },
    );
  }).pipe(
    retryWithBackoff({
      ...retry,
      isRetryable: () => !contender.letItCrash,
      report: (failure) => sessionFailure(contender, failure, latestId),
    }),
  );
}

/** A session that Consul has ended is no trouble by itself: the lock is lost, and the next session follows. */
function sessionFailure(
  contender: Contender,
  failure: RetriedFailure,
  sessionId: string,
): Observable<ElectionEvent> {
  if (!isSessionLost(failure.error)) return of(failedEvent(contender, 'session', failure));
  const lost: ElectionEvent = { type: 'Lost', at: contender.consul.time.now() };
  return concat(of(lost), cutOff(contender, sessionId));
}
