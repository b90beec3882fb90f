import type { AnswerHandler } from './responseHandler.js';
import type { TlsContext } from './files.js';

/** How many milliseconds a connection may take to be there, its TLS included. */
export const connectTimeoutMs = 10_000;

/** How long an idle connection is kept, in milliseconds: longer than the pause between two confirmations. */
export const keepAliveTimeoutMs = 30_000;

/** One HTTP request, as it goes over the wire. */
export interface HttpRequest {
  readonly method: 'GET' | 'PUT' | 'DELETE';
  /** Path and query, encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Goes with a `Content-Length`, without which Consul ignores it. */
  readonly body: string | null;
}

/** Where connections lead. */
export interface Destination {
  /** Scheme, host and port. */
  readonly origin: string;
  /** The unix socket to use instead of host and port. */
  readonly socketPath: string | undefined;
  /** Set for `https:`. */
  readonly tls: TlsContext | undefined;
}

/** Kept connections of one kind. The methods are those of undici's `Pool`, which is one. */
export interface HttpClient {
  /** Sends, and tells the handler each step of the answer. */
  readonly dispatch: (request: HttpRequest, handler: AnswerHandler) => unknown;
  /** Resolves when the requests in flight have ended and no connection is left. */
  readonly close: () => Promise<void>;
}

/** Makes a client, which opens a connection when it needs one, `connections` of them at most. */
export type OpenClient = (destination: Destination, connections?: number) => HttpClient;
