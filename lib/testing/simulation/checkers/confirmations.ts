import { tap } from 'rxjs';
import type { Instant } from '../../../ports/instant.js';
import type { Time } from '../../../ports/time.js';
import type { Transport, TransportRequest, TransportResponse } from '../../../ports/transport.js';

/** What a process was told of its locks, read from the wire and not from the code under test. */
export interface Confirmations {
  /** Milliseconds of the process's time since it sent the last request that proved the lock of a key. */
  readonly ageMs: (key: string) => number;
  readonly watch: (transport: Transport) => Transport;
}

/** Watches what a process sends and hears. */
export function confirmationsOf(time: Time): Confirmations {
  const own = new Set<string>();
  const confirmedAt = new Map<string, Instant>();
  const confirm = (what: string, sentAt: Instant): void => {
    const before = confirmedAt.get(what);
    // Only the monotonic clock tells which was sent later: the other one may have been set between.
    if (before === undefined || sentAt.monotonicMs > before.monotonicMs)
      confirmedAt.set(what, sentAt);
  };
  const hear = (
    request: TransportRequest,
    sentAt: Instant,
    { status, body }: TransportResponse,
  ) => {
    if (status !== 200) return;
    if (request.path === '/v1/session/create') own.add(idIn.exec(body)?.[1] ?? '');
    if (!isEvidenceRead(request)) return;
    for (const [, key = '', holder = ''] of body.matchAll(heldEntries)) {
      if (own.has(holder)) confirm(key, sentAt);
    }
    const isSession = request.path.startsWith('/v1/session/info/');
    if (isSession && own.has(idIn.exec(body)?.[1] ?? '')) confirm(everyKey, sentAt);
  };
  const elapsedSince = (instant: Instant | undefined): number =>
    instant === undefined ? Infinity : elapsedMs(instant, time.now());
  return {
    ageMs: (key) =>
      Math.min(elapsedSince(confirmedAt.get(key)), elapsedSince(confirmedAt.get(everyKey))),
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

/** A session that exists holds whatever it was given. */
const everyKey = '';

/** Judged apart from the code under test, so not by its own arithmetic. */
const elapsedMs = (from: Instant, to: Instant): number =>
  Math.max(to.monotonicMs - from.monotonicMs, to.wallMs - from.wallMs);

/** An acquisition, or a read by which the raft leader makes sure; what a fence says is not counted on. */
const isEvidenceRead = ({ path, query, body = '' }: TransportRequest): boolean =>
  (path === '/v1/txn' && !body.includes('check-session')) || 'consistent' in query;

// Text fields of JSON; a large number elsewhere must not matter.
const idIn = /"ID":\s*"([^"]+)"/;
const heldEntries = /"Key":\s*"([^"]+)"[^}]*?"Session":\s*"([^"]+)"/g;
