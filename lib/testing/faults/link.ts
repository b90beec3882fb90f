import {
  type BehaviorSubject,
  distinctUntilChanged,
  map,
  NEVER,
  type Observable,
  scan,
  switchMap,
  take,
  throwError,
  timer,
} from 'rxjs';
import { electionError } from '../../errors.js';
import type { Time } from '../../ports/time.js';
import type { Transport } from '../../ports/transport.js';

/**
 * The state of a connection. `blackhole`: nothing arrives on either side, and nobody is told.
 * `unreachable`: connections are refused and reset.
 */
export type Link = 'up' | 'blackhole' | 'unreachable';

/**
 * A transport whose link can be cut. A request in flight at a cut is lost, for good, and so is its
 * answer; a request that has not yet arrived never takes effect.
 */
export function onLink(
  transport: Transport,
  link$: BehaviorSubject<Link>,
  time: Time,
  latencyMs: number,
): Transport {
  const refused$ = timer(latencyMs, time.scheduler).pipe(switchMap(refuse));
  return {
    ...transport,
    request: (request) =>
      link$.pipe(
        // The first cut decides, for a link that is up again does not bring back what was lost.
        scan((first, link) => (first === 'up' ? link : first)),
        distinctUntilChanged(),
        map(
          (link) =>
            ({ up: transport.request(request), blackhole: NEVER, unreachable: refused$ })[link],
        ),
        switchMap((fate$) => fate$),
        take(1),
      ),
  };
}

function refuse(): Observable<never> {
  return throwError(() =>
    electionError('CONNECTION_FAILED', {
      message:
        'The simulated Consul refused the connection. Its link is down. Set the link up again.',
      details: { reason: 'ECONNREFUSED' },
      retryable: true,
    }),
  );
}
