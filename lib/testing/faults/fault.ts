import type { Transport } from '../../ports/transport.js';

/**
 * Something that goes wrong between a contender and Consul: a transport in, a worse one out. Faults
 * compose like functions.
 *
 * @example A request that never arrives, every third time
 * ```ts
 * const consul = simulatedConsul({ time: virtualTime(scheduler) });
 * const everyThirdLost: Fault = (transport) => {
 *   let count = 0;
 *   return {
 *     ...transport,
 *     request: (request) =>
 *       defer(() => (++count % 3 === 0 ? NEVER : transport.request(request))),
 *   };
 * };
 * const { transport } = consul.connect({ faults: [everyThirdLost] });
 * ```
 */
export type Fault = (transport: Transport) => Transport;
