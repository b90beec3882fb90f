import { defer, EMPTY, type Observable, type ObservableInput } from 'rxjs';
import type { Timing } from '../config/model/settings.js';
import type { Consul } from '../consul/http/consul.js';
import { isElectionError } from '../errors.js';
import type { RetriedFailure, RetryWithBackoffOptions } from '../retry/retryWithBackoff.js';
import type { Contention } from './contention.js';
import type { LastObserved } from './freeLock.js';
import type { Failed } from './electionEvent.js';
import { lockHolds, type LockHolds } from './lockHolds.js';

/** A process that contends, for one key or for many: what its streams need. */
export interface ElectionContext {
  readonly consul: Consul;
  /** The value of a key while this process leads. */
  readonly value: string;
  readonly lockFlags: bigint;
  readonly sessionName: string;
  readonly nodeChecks: readonly string[];
  readonly timing: Timing;
  readonly retry: RetryWithBackoffOptions;
  /** Whether trouble is an error of the stream instead of a value. */
  readonly letItCrash: boolean;
  /** What it has learnt of how many others contend, in whatever session. */
  readonly contention: { current: Contention };
  /** Lets go of idle connections. */
  readonly disconnect: () => Observable<never>;
}

/** One process in the race for one key: everything that its streams need. */
export interface Contender extends ElectionContext {
  readonly key: string;
  readonly beforeRelease: () => ObservableInput<unknown>;
  /** Called when `beforeRelease` takes longer than its budget. */
  readonly onOverrun: () => void;
  /** The key as it was seen last, in whatever session. */
  readonly lastObserved: { current: LastObserved | undefined };
  /** The work that has to end before the lock is released. */
  readonly holds: LockHolds;
}

/**
 * A contender that knows nothing of others yet, and has no work. Written out, since a group has one for
 * each key, and of objects that are spread each has a hidden class of its own.
 */
export function contenderFor(
  context: ElectionContext,
  { key, beforeRelease, onOverrun }: Pick<Contender, 'key' | 'beforeRelease' | 'onOverrun'>,
): Contender {
  const { consul, contention, disconnect, letItCrash, lockFlags } = context;
  const { nodeChecks, retry, sessionName, timing, value } = context;
  return {
    consul,
    value,
    lockFlags,
    sessionName,
    nodeChecks,
    timing,
    retry,
    letItCrash,
    disconnect,
    contention,
    key,
    beforeRelease,
    onOverrun,
    lastObserved: { current: undefined },
    holds: lockHolds(),
  };
}

/** The event of a failure that will be tried again. */
export function failedEvent(
  { consul }: Pick<ElectionContext, 'consul'>,
  source: Failed['source'],
  { error, attempt, delayMs }: RetriedFailure,
): Failed {
  // A defect, in a transport of the user's for example, is no trouble of Consul's: it must be seen.
  if (!isElectionError(error)) throw error;
  return { type: 'Failed', source, error, attempt, delayMs, at: consul.time.now() };
}

/**
 * Stops what still needs the lock of a session, once its loss has been told: another process may hold it
 * already, so it gets no time to end.
 */
export const cutOff = ({ holds }: Contender, sessionId: string): Observable<never> =>
  defer(() => {
    holds.cut(sessionId);
    return EMPTY;
  });
