import { defer, type Observable, of, throwError } from 'rxjs';
import { type ElectionError, isElectionError } from '../../errors.js';
import type { Transport, TransportRequest, TransportResponse } from '../../ports/transport.js';
import type { RequestPredicate } from './requestPredicate.js';

/** An answer that stands in for Consul's own. */
export interface FailureAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** Defaults to an empty body. */
  readonly body?: string;
  /** By lower-case name. Defaults to none. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Makes requests fail, see {@link SimulatedConsul.fail}. */
export type Fail = (
  predicate: RequestPredicate,
  instead: FailureAnswer | ElectionError,
  times?: number,
) => () => void;

/** A switchboard of failures: `fail` adds one, `guard` wraps what the failures keep requests from. */
export function failures(): { readonly fail: Fail; readonly guard: (t: Transport) => Transport } {
  const active = new Map<object, Failure>();
  return {
    fail: (predicate, instead, times = Infinity) => {
      const id = {};
      active.set(id, { predicate, instead, left: times });
      return () => void active.delete(id);
    },
    guard: (transport) => ({
      ...transport,
      request: (request) =>
        defer(() => {
          const instead = take(active, request);
          return instead === undefined ? transport.request(request) : respond(instead);
        }),
    }),
  };
}

interface Failure {
  readonly predicate: RequestPredicate;
  readonly instead: FailureAnswer | ElectionError;
  readonly left: number;
}

/** What the oldest failure that applies has in store; it counts. */
function take(
  active: Map<object, Failure>,
  request: TransportRequest,
): FailureAnswer | ElectionError | undefined {
  const found = [...active].find(([, { predicate, left }]) => left > 0 && predicate(request));
  if (found === undefined) return undefined;
  const [id, failure] = found;
  active.set(id, { ...failure, left: failure.left - 1 });
  return failure.instead;
}

function respond(instead: FailureAnswer | ElectionError): Observable<TransportResponse> {
  return isElectionError(instead)
    ? throwError(() => instead)
    : of({ body: '', headers: {}, ...instead });
}
