import { switchMap, type Observable } from 'rxjs';
import { endSignal, type EndSignal } from '../ports/processSignals.js';

/**
 * Resigns when the process is asked to end: the graceful shutdown of a service. Work is told to stop and
 * drained, the lock released, the session destroyed; then nothing of the election keeps the process
 * alive. A second signal ends it as usual.
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
  return endSignal(signals).pipe(switchMap(() => election.resign()));
}
