import {
  defer,
  dematerialize,
  EMPTY,
  finalize,
  fromEventPattern,
  map,
  materialize,
  merge,
  mergeMap,
  NEVER,
  take,
  type Observable,
} from 'rxjs';

/** A signal by which a process is asked to end. */
export type EndSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP' | 'SIGQUIT' | 'SIGBREAK' | 'SIGUSR2';

/** All of them. */
export const endSignals: readonly EndSignal[] = [
  'SIGTERM',
  'SIGINT',
  'SIGHUP',
  'SIGQUIT',
  'SIGBREAK',
  'SIGUSR2',
];

/** What systemd, Kubernetes and Docker send, and what Ctrl-C and pm2 do. */
const usualSignals: readonly EndSignal[] = ['SIGTERM', 'SIGINT'];

/** What Node's `process` offers; there is none in a browser. */
interface SignalSource {
  readonly pid: number;
  readonly on: (signal: string, listener: () => void) => unknown;
  readonly off: (signal: string, listener: () => void) => unknown;
  readonly listenerCount: (signal: string) => number;
  readonly kill: (pid: number, signal: string) => unknown;
}

function signalSource(): SignalSource | undefined {
  const { process } = globalThis as { readonly process?: Partial<SignalSource> };
  return process?.on && process.off && process.kill ? (process as SignalSource) : undefined;
}

/**
 * The first of the signals, SIGTERM and SIGINT unless others are named; then nobody listens any more, so
 * that a second one ends the process as usual. Never emits where there are no signals.
 */
export function endSignal(signals: readonly EndSignal[] = []): Observable<EndSignal> {
  const source = signalSource();
  return source ? heard(source, signals).pipe(take(1)) : NEVER;
}

/**
 * Runs a task when the process is asked to end by one of the signals, and keeps a second one from cutting
 * it short: frameworks finish their own clean-up by sending the signal again.
 *
 * A second signal that would have ended the process ends it once the task has; a third one does at once.
 * Where others listen too, they decide. Never begins where there are no signals.
 */
export function beforeEnd<T>(
  signals: readonly EndSignal[],
  task: () => Observable<T>,
): Observable<T> {
  return defer(() => {
    const source = signalSource();
    if (!source) return NEVER;
    let pending: EndSignal | undefined;
    const isForUsAlone = (signal: EndSignal): boolean =>
      source.listenerCount(signal) === listening.get(signal);
    return heard(source, signals).pipe(
      take(3),
      finalize(() => {
        const isUnheard = pending !== undefined && source.listenerCount(pending) === 0;
        if (isUnheard) source.kill(source.pid, pending as string);
      }),
      mergeMap((signal, repetition) => {
        if (repetition === 0) return defer(task).pipe(materialize());
        if (isForUsAlone(signal)) pending = signal;
        return EMPTY;
      }),
      dematerialize(),
    );
  });
}

/** How many listeners of this library each signal has. */
const listening = new Map<EndSignal, number>();

function heard(source: SignalSource, signals: readonly EndSignal[]): Observable<EndSignal> {
  const count = (signal: EndSignal, change: 1 | -1): void => {
    listening.set(signal, (listening.get(signal) ?? 0) + change);
  };
  return merge(
    ...(signals.length > 0 ? signals : usualSignals).map((signal) =>
      fromEventPattern(
        (listener) => {
          count(signal, 1);
          source.on(signal, listener);
        },
        (listener) => {
          count(signal, -1);
          source.off(signal, listener);
        },
      ).pipe(map(() => signal)),
    ),
  );
}
