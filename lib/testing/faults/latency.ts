import { concatMap, delay, materialize, dematerialize, timer } from 'rxjs';
import type { Time } from '../../ports/time.js';
import type { Transport } from '../../ports/transport.js';

/**
 * A transport whose requests take some time to arrive, and some to be answered; an error comes as late
 * as an answer. Nothing ever happens inside the subscription.
 */
export function withLatency(
  transport: Transport,
  time: Time,
  thereMs: number,
  backMs: number,
): Transport {
  const { scheduler } = time;
  return {
    ...transport,
    request: (request) =>
      timer(thereMs, scheduler).pipe(
        concatMap(() => transport.request(request)),
        materialize(),
        delay(backMs, scheduler),
        dematerialize(),
      ),
  };
}
