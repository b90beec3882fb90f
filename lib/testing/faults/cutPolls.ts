import { concatMap, merge, of, take, throwError, timer, type Observable } from 'rxjs';
import { electionError } from '../../errors.js';
import type { Time } from '../../ports/time.js';
import type { Transport, TransportResponse } from '../../ports/transport.js';

/** How {@link cutPolls} cuts a long poll off. */
export interface CutPollsOptions {
  /** The age at which a poll is cut off, in milliseconds: the read timeout of a proxy. */
  readonly afterMs: number;
  /**
   * What the contender gets: a gateway's page with this status, or a connection that ends without an answer.
   * Defaults to 504.
   */
  readonly by?: 408 | 502 | 503 | 504 | 'reset' | 'close';
  /** The time that the polls are measured by. */
  readonly time: Time;
}

/**
 * A transport whose long polls are cut off at an age, as a proxy does whose read timeout is shorter than
 * Consul holds a poll back. Other requests pass.
 *
 * @param transport - The way to Consul, real or simulated.
 *
 * @example
 * ```ts
 * const time = virtualTime(scheduler);
 * const consul = simulatedConsul({ time });
 * const { transport } = consul.connect({
 *   faults: [(whole) => cutPolls(whole, { afterMs: 10_000, time })],
 * });
 * ```
 */
export function cutPolls(
  transport: Transport,
  { afterMs, by = 504, time }: CutPollsOptions,
): Transport {
  return {
    ...transport,
    request: (request) =>
      request.longPoll
        ? merge(
            transport.request(request),
            timer(afterMs, time.scheduler).pipe(concatMap(() => cut(by))),
          ).pipe(take(1))
        : transport.request(request),
  };
}

const cut = (by: NonNullable<CutPollsOptions['by']>): Observable<TransportResponse> =>
  typeof by === 'number' ? of(gatewayPage(by)) : throwError(() => brokenOff(by));

const gatewayPage = (status: number): TransportResponse => ({
  status,
  headers: { 'content-type': 'text/html' },
  body: `<html><body><h1>${status} from the gateway</h1></body></html>`,
});

const reasons = {
  reset: 'ECONNRESET: read ECONNRESET',
  close: 'UND_ERR_SOCKET: other side closed',
};

const brokenOff = (by: keyof typeof reasons): Error =>
  electionError('CONNECTION_FAILED', {
    message: `The simulated proxy cut the poll off (${reasons[by]}). Remove cutPolls to stop this.`,
    details: { reason: reasons[by] },
    retryable: true,
  });
