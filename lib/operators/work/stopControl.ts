import type { StopSignal } from './stopSignal.js';

/** Tells work to stop. */
export interface StopControl {
  readonly signal: StopSignal;
  /** Whether the work was told, by {@link tell} or because it asked when its time was over. */
  readonly told: () => boolean;
  readonly tell: () => void;
  /** Whether an error is only how work ends that was told to stop. */
  readonly isItsEnd: (error: unknown) => boolean;
}

/** A signal that is aborted when told, and at the latest when it is asked once `lasts` is false. */
export function stopControl(lasts: () => boolean): StopControl {
  const controller = new AbortController();
  const { signal } = controller;
  let told = false;
  const tell = (): void => {
    told = true;
    controller.abort();
  };
  const aborted = (): boolean => {
    if (!told && !lasts()) tell();
    return told;
  };
  Object.defineProperties(signal, {
    aborted: { get: aborted },
    throwIfAborted: {
      value: () => {
        if (aborted()) throw signal.reason;
      },
    },
  });
  return {
    signal,
    tell,
    told: () => told,
    // `fetch` fails with the reason itself, Node's timers and others with an AbortError of their own.
    isItsEnd: (error) =>
      told && (error === signal.reason || (error instanceof Error && error.name === 'AbortError')),
  };
}
