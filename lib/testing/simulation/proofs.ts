import { tap } from 'rxjs';
import type { Instant } from '../../ports/instant.js';
import type { Time } from '../../ports/time.js';
import type { Transport, TransportRequest, TransportResponse } from '../../ports/transport.js';

/** What a process was told of its lock, read from the wire and not from the code under test. */
export interface Proofs {
  /** Milliseconds of the process's time since it sent the last request that proved the lock. */
  readonly ageMs: () => number;
  readonly watch: (transport: Transport) => Transport;
}

/** Watches what a process sends and hears. */
export function proofsOf(time: Time): Proofs {
  const own = new Set<string>();
  let provenAt: Instant | undefined;
  const hear = (request: TransportRequest, sentAt: Instant, response: TransportResponse): void => {
    if (response.status !== 200) return;
    if (request.path === '/v1/session/create') own.add(field(response.body, 'ID') ?? '');
    const holder = isProof(request) ? field(response.body, 'Session') : undefined;
    if (holder === undefined || !own.has(holder)) return;
    // Only the monotonic clock tells which was sent later: the other one may have been set between.
    if (provenAt === undefined || sentAt.monotonicMs > provenAt.monotonicMs) provenAt = sentAt;
  };
  return {
    ageMs: () => (provenAt === undefined ? Infinity : elapsedMs(provenAt, time.now())),
    watch: (transport) => ({
      ...transport,
      request: (request) => {
        const sentAt = time.now();
        return transport.request(request).pipe(
          tap((response) => {
            hear(request, sentAt, response);
          }),
        );
      },
    }),
  };
}

/** Judged apart from the code under test, so not by its own arithmetic. */
const elapsedMs = (from: Instant, to: Instant): number =>
  Math.max(to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);

/** An acquisition, or a read by which the raft leader makes sure; what a fence says is not counted on. */
const isProof = ({ path, query, body = '' }: TransportRequest): boolean =>
  (path === '/v1/txn' && !body.includes('check-session')) || 'consistent' in query;

/** The value of a text field of JSON; a large number elsewhere must not matter. */
function field(body: string, name: string): string | undefined {
  return new RegExp(`"${name}":\\s*"([^"]+)"`).exec(body)?.[1];
}
