/** A request as it reached the model, without anything secret. */
export interface RecordedRequest {
  /** When it arrived, in milliseconds on the monotonic clock of the model's time. */
  readonly atMs: number;
  /** Name of the connection on which it came. */
  readonly connection: string;
  /** The HTTP method. */
  readonly method: string;
  /** Absolute path, percent-encoded. */
  readonly path: string;
  /** Query parameters, decoded; a token is shown as `(hidden)`. */
  readonly query: Readonly<Record<string, string>>;
  /** What a transaction does, verb by verb, such as `lock`; left out for any other request. */
  readonly verbs?: readonly string[];
}
