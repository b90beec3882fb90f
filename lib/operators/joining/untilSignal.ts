import { takeUntil, type MonoTypeOperatorFunction } from 'rxjs';
import { endSignal, type EndSignal } from '../../ports/processSignals.js';
import { checkSignals } from '../support/arguments.js';

/**
 * Mirrors the source until the process is asked to end, and completes then. A second signal ends the
 * process as usual, also one that a framework sends when its own hooks have ended. Where there are no signals, as in a browser, it only mirrors.
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
 * @throws `INVALID_OPTIONS` where a signal is not one that asks a process to end
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
  checkSignals(signals);
  return takeUntil(endSignal(signals));
}
