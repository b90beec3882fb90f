import { stringify } from 'lossless-json';
import type { ConsulState } from '../model/state.js';

/** A request as it reaches Consul. Bytes, since a value may be anything. */
export interface ModelRequest {
  readonly method: string;
  /** Absolute path, percent-encoded, without the query. */
  readonly path: string;
  /** Query parameters, decoded; a bare flag has an empty value. */
  readonly query: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /**
   * Size of the body as the client declares it, whether or not all of it was read; `undefined` for a
   * chunked one, whose size nobody declares.
   */
  readonly bodyBytes: number | undefined;
  /** The ID that a session gets if this request makes one. */
  readonly newSessionId: string;
}

/** A request whose path is decoded and split: what handlers see. */
export interface Call extends Omit<ModelRequest, 'path'> {
  /** What follows the endpoint's own path: a key, a session ID, a node; otherwise empty. */
  readonly rest: string;
}

/** An answer of Consul. */
export interface ModelResponse {
  readonly status: number;
  /** Header values by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A reading that waits until its index is above `minIndex`, or for so long. */
export interface BlockingRead {
  readonly kind: 'read';
  readonly index: (state: ConsulState) => number;
  readonly response: (state: ConsulState) => ModelResponse;
  /** 0 does not wait. */
  readonly minIndex: number;
  /** For how long to wait, in milliseconds, before the random part that Consul adds. */
  readonly waitMs: number;
}

/** What a request leads to: an answer, or a reading that may have to wait. */
export type Outcome = { readonly kind: 'answer'; readonly response: ModelResponse } | BlockingRead;

/** What an endpoint does with a call: the next state, and the outcome. */
export type Handler = (
  state: ConsulState,
  call: Call,
  nowMs: number,
) => readonly [ConsulState, Outcome];

/** An answer in JSON. */
export function jsonResponse(value: unknown, status = 200): ModelResponse {
  const headers = { 'content-type': 'application/json' };
  return { status, headers, body: stringify(value) ?? 'null' };
}

/** An answer in plain text, as Consul writes every error. */
export function textResponse(status: number, text: string): ModelResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: text };
}

/** An answer without a body. */
export function emptyResponse(status: number): ModelResponse {
  return { status, headers: {}, body: '' };
}

/** The answer as an outcome. */
export function answer(response: ModelResponse): Outcome {
  return { kind: 'answer', response };
}
