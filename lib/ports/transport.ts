import type { Observable } from 'rxjs';

/** One HTTP request to the Consul agent. The transport adds the address, the path prefix and the token. */
export interface TransportRequest {
  /** The HTTP method. */
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Absolute path, percent-encoded, without prefix and query, for example `/v1/kv/locks/reports`. */
  readonly path: string;
  /** Query parameters, not encoded. An empty value stands for a bare flag such as `?consistent`. */
  readonly query: Readonly<Record<string, string>>;
  /**
   * Sent with a `Content-Length`: Consul silently ignores a chunked body.
   * Left out where there is none.
   */
  readonly body?: string;
  /**
   * Whether Consul may hold the answer back for up to minutes. Long polls travel on connections of
   * their own, so that a renewal never queues behind one.
   */
  readonly longPoll: boolean;
}

/** An answer, whatever its status. */
export interface TransportResponse {
  /** The HTTP status. */
  readonly status: number;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text, all of it. */
  readonly body: string;
}

/**
 * The port through which every request goes: HTTP in production, `SimulatedConsul` in tests.
 */
export interface Transport {
  /**
   * Sends on subscription, emits one answer and completes, or errors with an `ElectionError`
   * (`CONNECTION_FAILED`, `TLS_FAILED`, `FILE_UNREADABLE`, `ANSWER_TOO_LARGE`). Unsubscribing aborts
   * the request. It sets no timeout: the request functions do, on their own {@link Time}.
   */
  readonly request: (request: TransportRequest) => Observable<TransportResponse>;
  /**
   * Lets go of idle connections; requests in flight finish, a later request connects anew.
   * Completes when done.
   */
  readonly close: () => Observable<never>;
}
