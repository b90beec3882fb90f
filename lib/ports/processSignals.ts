import { fromEventPattern, map, merge, NEVER, take, type Observable } from 'rxjs';

/** The signals by which a process is asked to end. */
export type EndSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT' | 'SIGBREAK' | 'SIGUSR2';

/** What systemd, Kubernetes and Docker send, and what Ctrl-C and pm2 do. */
const usualSignals: readonly EndSignal[] = ['SIGTERM', 'SIGINT'];

/** What Node's `process` offers; there is none in a browser. */
interface SignalSource {
  readonly on: (signal: string, listener: () => void) => unknown;
  readonly off: (signal: string, listener: () => void) => unknown;
}

/**
 * The first of the signals, SIGTERM and SIGINT unless others are named; then nobody listens any more, so
 * that a second one ends the process as usual. Never emits where there are no signals.
 */
export function endSignal(signals: readonly EndSignal[] = []): Observable<EndSignal> {
  const { process } = globalThis as { readonly process?: Partial<SignalSource> };
  const { on, off } = process ?? {};
  if (!on || !off) return NEVER;
  const awaited = signals.length > 0 ? signals : usualSignals;
  return merge(
    ...awaited.map((signal) =>
      fromEventPattern(
        (heard) => on.call(process, signal, heard),
        (heard) => off.call(process, signal, heard),
      ).pipe(map(() => signal)),
    ),
  ).pipe(take(1));
}
