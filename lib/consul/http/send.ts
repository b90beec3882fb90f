import * as E from 'fp-ts/lib/Either.js';
import { defer, map, throwError, timeout, type Observable } from 'rxjs';
import { electionError, type ElectionError } from '../../errors.js';
import type { Instant } from '../../ports/instant.js';
import type { TransportRequest, TransportResponse } from '../../ports/transport.js';
import { classifyFailure, type FailureContext } from './failures.js';
import type { Consul } from './consul.js';

/** A request: what is sent, how its answer is read, and what is needed to explain a failure. */
export interface Call<T> extends Omit<FailureContext, 'what'> {
  readonly method: TransportRequest['method'];
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For how long Consul may hold the answer back, in milliseconds. Makes it a long poll. */
  readonly heldBackMs?: number;
  /** Statuses besides 200 that are no failures. */
  readonly expected?: readonly number[];
  /** Reads the answer; on the left, what is wrong with it. */
  readonly read: (
    response: TransportResponse,
    sentAt: Instant,
  ) => E.Either<string | ElectionError, T>;
}

/** Sends a request on subscription, once, and reads its answer. Unsubscribing aborts it. */
export function send<T>(consul: Consul, call: Call<T>): Observable<T> {
  const { requestTimeoutMs, time, transport } = consul;
  const { method, path, body, heldBackMs } = call;
  const what = `${method} ${path}`;
  const timeoutMs = requestTimeoutMs + (heldBackMs ?? 0);
  const request: TransportRequest = {
    method,
    path,
    query: { ...scopeQuery(consul), ...call.query },
    longPoll: heldBackMs !== undefined,
    ...(body === undefined ? {} : { body }),
  };

  return defer(() => {
    const sentAt = time.now();
    return transport.request(request).pipe(
      timeout({
        first: timeoutMs,
        scheduler: time.scheduler,
        with: () => throwError(() => timedOut(what, timeoutMs)),
      }),
      map((response) => answerOf(call, what, response, sentAt)),
    );
  });
}

function answerOf<T>(call: Call<T>, what: string, response: TransportResponse, sentAt: Instant): T {
  const { status } = response;
  if (status !== 200 && call.expected?.includes(status) !== true) {
    throw classifyFailure(response, { ...call, what });
  }
  const answer = call.read(response, sentAt);
  if (E.isRight(answer)) return answer.right;
  throw typeof answer.left === 'string' ? malformed(what, status, answer.left) : answer.left;
}

function scopeQuery({ scope }: Consul): Record<string, string> {
  return {
    ...(scope.datacenter === undefined ? {} : { dc: scope.datacenter }),
    ...(scope.namespace === undefined ? {} : { ns: scope.namespace }),
    ...(scope.partition === undefined ? {} : { partition: scope.partition }),
  };
}

const timedOut = (what: string, timeoutMs: number): ElectionError =>
  electionError('REQUEST_TIMED_OUT', {
    message: `Consul did not answer ${what} within ${timeoutMs} ms. The agent or the network is down or slow. Check both, or raise requestTimeoutMs if answers are just slow.`,
    details: { timeoutMs },
    retryable: true,
  });

const malformed = (what: string, status: number, reason: string): ElectionError =>
  electionError('ANSWER_MALFORMED', {
    message: `The answer to ${what} (${status}) did not come from Consul: ${reason}. Check that the address is a Consul agent's, and check any proxy in between.`,
    details: { status, reason },
    // A proxy that restarts or cuts an answer short does so for a moment.
    retryable: true,
  });
