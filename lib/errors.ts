/** One thing that is wrong with the options: which field, what stood there, and what would be right. */
export interface OptionProblem {
  /** Path of the option as the user writes it, for example `sessionTtlMs` or `consul.address`. */
  readonly field: string;
  /** What was given, printed safely: a secret is replaced by `(hidden)`. */
  readonly value: string;
  /** A sentence that says what would be right. */
  readonly expected: string;
}

/** What each error carries besides its message, by code. */
export interface ErrorDetails {
  /** The options contradict each other or Consul's limits. Thrown before any request. */
  readonly INVALID_OPTIONS: {
    /** Every problem that was found, not only the first. */
    readonly problems: readonly OptionProblem[];
  };
  /** No connection to the Consul agent: refused, reset, unknown host, or what answers speaks no HTTP. */
  readonly CONNECTION_FAILED: {
    /** What the operating system said, for example `ECONNREFUSED`, or what answered. */
    readonly reason: string;
  };
  /** The TLS handshake was refused by either side. */
  readonly TLS_FAILED: {
    /** What the TLS layer said. */
    readonly reason: string;
  };
  /** A file that the options name (token, certificate, key) cannot be read. */
  readonly FILE_UNREADABLE: {
    /** The file as the options name it. */
    readonly path: string;
  };
  /** No answer within the request's own timeout. */
  readonly REQUEST_TIMED_OUT: {
    /** How long was waited, in milliseconds. */
    readonly timeoutMs: number;
  };
  /** Consul answered 429, or 503 without being out of service for good. */
  readonly RATE_LIMITED: {
    /** The HTTP status. */
    readonly status: number;
  };
  /** A 5xx that passes by itself: no raft leader, an election, a lost connection between servers. */
  readonly SERVER_ERROR: {
    /** The HTTP status. */
    readonly status: number;
    /** What Consul said. */
    readonly text: string;
  };
  /** 403, or a transaction refused by the ACL: names the rule that the token lacks. */
  readonly PERMISSION_DENIED: {
    /** The ACL rule that the token lacks. */
    readonly rule: string;
  };
  /** 403 `ACL not found`: the token itself is unknown to Consul. */
  readonly TOKEN_UNKNOWN: {
    /** The HTTP status. */
    readonly status: number;
  };
  /** Consul will never accept this request: a wrong setting, an Enterprise feature, a value too large. */
  readonly REQUEST_REJECTED: {
    /** The HTTP status. */
    readonly status: number;
    /** What Consul said. */
    readonly text: string;
  };
  /** Something between here and Consul answered in its place: a gateway timeout, an HTML page. */
  readonly GATEWAY_FAILED: {
    /** The HTTP status. */
    readonly status: number;
    /** What the gateway said. */
    readonly text: string;
  };
  /** A 3xx. Redirects are not followed, since a redirected write lands on another key. */
  readonly REDIRECTED: {
    /** The HTTP status. */
    readonly status: number;
  };
  /** The answer is not what Consul sends: cut short, another type, a proxy's HTML page. */
  readonly ANSWER_MALFORMED: {
    /** The HTTP status. */
    readonly status: number;
    /** What is wrong with the answer. */
    readonly reason: string;
  };
  /** The answer's body went on beyond the bound. */
  readonly ANSWER_TOO_LARGE: {
    /** The bound, in bytes. */
    readonly limitBytes: number;
  };
  /** Consul no longer knows the session: expired, destroyed, or a check turned critical. */
  readonly SESSION_LOST: {
    /** The session that is gone. */
    readonly sessionId: string;
  };
  /**
   * The agent, or the catalog of the servers, does not know the TTL check on which the session
   * depends: it lives in the agent that it was registered with.
   */
  readonly CHECK_UNKNOWN: {
    /** ID of the check. */
    readonly checkId: string;
  };
  /** A health check on which the session depends is critical, so that Consul makes no session. */
  readonly CHECK_CRITICAL: {
    /** ID of the check. */
    readonly checkId: string;
  };
  /** The key carries other flags than this election's: something else uses it. */
  readonly KEY_IN_USE: {
    /** The key. */
    readonly key: string;
    /** The flags that the key carries. */
    readonly flags: bigint;
    /** The flags of this election. */
    readonly lockFlags: bigint;
  };
  /** The lock was lost while its lease held: its session ended, or the key was deleted or released. */
  readonly LOCK_LOST: {
    /** The key. */
    readonly key: string;
    /** The session that held it. */
    readonly sessionId: string;
  };
  /** More values came than {@link bufferUntilLeading} keeps. */
  readonly BUFFER_OVERFLOW: {
    /** The most values that are kept. */
    readonly maxSize: number;
  };
  /** The lease ended without new evidence that the lock is still held. */
  readonly LEASE_EXPIRED: {
    /** Length of the lease, in milliseconds. */
    readonly leaseMs: number;
  };
}

/** The stable code of an {@link ElectionError}; messages may change, codes do not. */
export type ErrorCode = keyof ErrorDetails;

const brand: unique symbol = Symbol.for('rxjs-leader-election/error') as never;

class CodedError<C extends ErrorCode> extends Error {
  // Set the class name so that stack traces do not show two names.
  static override readonly name = 'ElectionError';
  override readonly name = 'ElectionError';
  readonly [brand] = true;

  constructor(
    readonly code: C,
    message: string,
    readonly details: ErrorDetails[C],
    readonly retryable: boolean,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
  }
}

/**
 * Every error of this library: a tagged union over `code`.
 *
 * `message` says what happened, the likely cause and what to do; `retryable` whether a retry can help;
 * `details` depends on `code`. No message, detail or cause carries a token.
 *
 * @example
 * ```ts
 * readKey(consul, 'locks/reports').subscribe({
 *   error: (error) => {
 *     if (isElectionError(error) && error.code === 'PERMISSION_DENIED') {
 *       console.error(`The token lacks this rule: ${error.details.rule}`);
 *     }
 *   },
 * });
 * ```
 */
export type ElectionError = { [C in ErrorCode]: CodedError<C> }[ErrorCode];

/** An {@link ElectionError} of one code. */
export type ElectionErrorOf<C extends ErrorCode> = Extract<
  ElectionError,
  {
    /** The code. */
    readonly code: C;
  }
>;

/** Makes the error of one code. */
export function electionError<C extends ErrorCode>(
  code: C,
  parts: {
    readonly message: string;
    readonly details: ErrorDetails[C];
    readonly retryable: boolean;
    readonly cause?: unknown;
  },
): ElectionErrorOf<C> {
  return new CodedError(
    code,
    parts.message,
    parts.details,
    parts.retryable,
    parts.cause,
  ) as unknown as ElectionErrorOf<C>;
}

/**
 * Tells an {@link ElectionError} from any other value, also across an ESM and a CommonJS copy of
 * this package in one process, where `instanceof` would fail.
 *
 * @example
 * ```ts
 * try {
 *   leaderElection({ key: '/locks/reports' });
 * } catch (error) {
 *   if (isElectionError(error)) console.log(error.code); // => INVALID_OPTIONS
 * }
 * ```
 */
export function isElectionError(value: unknown): value is ElectionError {
  return typeof value === 'object' && value !== null && brand in value;
}
