import type { Observable } from 'rxjs';
import { beforeEnd, type EndSignal } from '../../ports/processSignals.js';
import { checkArgument, checkSignals, isObject } from '../support/arguments.js';

/**
 * Resigns when the process is asked to end: the graceful shutdown of a service. Work is told to stop and
 * drained, the lock released, the session destroyed; then nothing of the election keeps the process
 * alive.
 *
 * A second signal waits until that is done and then ends the process, since frameworks such as NestJS send
 * the signal again when their own hooks have ended. A third signal ends the process at once. Where other
 * listeners are there, these decide what a repeated signal does.
 *
 * ```
 * signal:       -------S
 * leadership$:  --F--L-F---|
 * result:       -----------(u|)     u: undefined, once Consul has confirmed
 * ```
 *
 * Emits `undefined` once Consul has confirmed, and completes: the moment to close what else keeps the
 * process alive. Errors as `resign()` does if Consul could not be told. Never completes where there are no
 * signals, as in a browser.
 *
 * @param election - what to resign from
 * @param signals - which; left out, SIGTERM and SIGINT
 * @throws `INVALID_OPTIONS` where the election is none, or a signal is not one that asks a process to end
 *
 * @example
 * ```ts no-run It waits for a signal.
 * election.leadership$.pipe(whileLeader(work)).subscribe();
 * resignOnSignal(election).subscribe({ complete: () => console.log('the lock is free') });
 * ```
 */
export function resignOnSignal(
  election: { readonly resign: () => Observable<void> },
  ...signals: readonly EndSignal[]
): Observable<void> {
  checkArgument(
    isObject(election) && typeof election.resign === 'function',
    'election',
    election,
    'Give the election itself, as in resignOnSignal(election).',
  );
  checkSignals(signals);
  return beforeEnd(signals, () => election.resign());
}
