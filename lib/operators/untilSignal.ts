import { takeUntil, type MonoTypeOperatorFunction } from 'rxjs';
import { endSignal, type EndSignal } from '../ports/processSignals.js';

/**
 * Mirrors the source until the process is asked to end, and completes then. A second signal ends the
 * process as usual. Where there are no signals, as in a browser, it only mirrors.
 *
 * ```
 * source:   --a--b--c--d--
 * signal:   ---------S
 * result:   --a--b--c|
 * ```
 *
 * Put before {@link whileLeader}, it lets the work be drained, and the process resigns in the background
 * if nobody else is subscribed to `leadership$`. To resign whoever is subscribed, and to know when it is
 * done, use {@link resignOnSignal}.
 *
 * @param signals - which; left out, SIGTERM and SIGINT
 *
 * @example
 * ```ts
 * election.leadership$
 *   .pipe(
 *     untilSignal(),
 *     whileLeader(({ fencingToken }) => reports$(fencingToken)),
 *   )
 *   .subscribe();
 * ```
 */
export function untilSignal<T>(...signals: readonly EndSignal[]): MonoTypeOperatorFunction<T> {
  return takeUntil(endSignal(signals));
}
