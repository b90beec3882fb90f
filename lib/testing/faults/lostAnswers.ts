import { concat, ignoreElements, NEVER } from 'rxjs';
import type { Transport } from '../../ports/transport.js';
import type { RequestPredicate } from './requestPredicate.js';

/**
 * Lets chosen requests arrive and take effect, and loses their answers: the sender waits until it
 * gives up. It is how an acquisition becomes ambiguous.
 *
 * @param transport - The way to Consul, real or simulated.
 * @param predicate - Which answers are lost.
 *
 * @example
 * ```ts
 * const consul = simulatedConsul({ time: virtualTime(scheduler) });
 * const { transport } = consul.connect({
 *   faults: [(whole) => lostAnswers(whole, requestTo('PUT', '/v1/txn'))],
 * });
 * ```
 */
export function lostAnswers(transport: Transport, predicate: RequestPredicate): Transport {
  return {
    ...transport,
    request: (request) => {
      const answer$ = transport.request(request);
      return predicate(request) ? concat(answer$.pipe(ignoreElements()), NEVER) : answer$;
    },
  };
}
