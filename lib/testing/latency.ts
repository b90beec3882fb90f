import { concatMap, delay, materialize, dematerialize, timer } from 'rxjs';
import type { Time } from '../ports/time.js';
import type { Transport } from '../ports/transport.js';

/**
 * A transport whose requests take half of the round trip to arrive and the other half to be
 * answered; an error comes as late as an answer. Nothing ever happens inside the subscription.
 */
export function withLatency(transport: Transport, time: Time, latencyMs: number): Transport {
  const { scheduler } = time;
  return {
    ...transport,
    request: (request) =>
      timer(latencyMs / 2, scheduler).pipe(
        concatMap(() => transport.request(request)),
        materialize(),
        delay(latencyMs / 2, scheduler),
        dematerialize(),
      ),
  };
}
