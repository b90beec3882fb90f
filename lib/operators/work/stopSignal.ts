/** What an `AbortSignal` is to work, where the compiler does not know the platform's own. */
interface PlainStopSignal {
  readonly aborted: boolean;
  readonly reason: unknown;
  readonly throwIfAborted: () => void;
  readonly addEventListener: (type: 'abort', listener: () => void) => void;
  readonly removeEventListener: (type: 'abort', listener: () => void) => void;
}

/**
 * The platform's `AbortSignal`, aborted when work must stop: for `fetch`, for timers, for whatever takes
 * one. Its `aborted` also compares clocks when it is read, so a loop that asks before each step stops
 * even where a stalled event loop has delayed the news.
 */
export type StopSignal = typeof globalThis extends {
  /** The platform's class. */
  AbortSignal: {
    /** Its instances. */
    prototype: infer Signal;
  };
}
  ? Signal
  : PlainStopSignal;
