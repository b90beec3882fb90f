import { NEVER, Observable } from 'rxjs';
import type { Chance } from '../../../ports/chance.js';
import type { Time } from '../../../ports/time.js';
import type { Transport } from '../../../ports/transport.js';
import type { Fault } from '../../faults/fault.js';
import { withLatency } from '../../faults/latency.js';

/** What a network does at a moment. Parts are chances from 0 to 1. */
export interface NetworkConditions {
  /** The most that a message takes each way, in milliseconds; each takes a uniform part of it. */
  readonly latencyMs: number;
  /** The part of requests that never arrive. */
  readonly lostRequests: number;
  /** The part of answers that never arrive: the request took effect, unheard. */
  readonly lostAnswers: number;
  /** The part of requests that arrive late, though their sender has given up. */
  readonly lateRequests: number;
  /** The most that they are late, in milliseconds. */
  readonly lateMs: number;
}

/**
 * A network between a process and Consul that delays and loses messages by chance.
 *
 * What is on its way arrives, whether the sender still waits or not: to abort a request is not to
 * call it back.
 *
 * @example
 * ```ts
 * const time = virtualTime(scheduler);
 * const conditions = { latencyMs: 5, lostRequests: 0.1, lostAnswers: 0.1, lateRequests: 0, lateMs: 0 };
 * const network = unreliable(time, seededChance(42), () => conditions);
 * const { transport } = simulatedConsul({ time }).connect({ faults: [network] });
 * const election = leaderElection({ key: 'locks/reports', transport, time });
 * ```
 */
export function unreliable(time: Time, chance: Chance, conditions: () => NetworkConditions): Fault {
  return (transport: Transport) => ({
    ...transport,
    request: (request) =>
      new Observable((subscriber) => {
        const { latencyMs, lostRequests, lostAnswers, lateRequests, lateMs } = conditions();
        const there = chance() * latencyMs + (chance() < lateRequests ? chance() * lateMs : 0);
        const back = chance() * latencyMs;
        const arrives = chance() >= lostRequests;
        const answered = chance() >= lostAnswers;
        const answer$ = arrives
          ? withLatency(transport, time, there, back).request(request)
          : NEVER;
        // Its own observer, since to leave does not take back what is on its way.
        const delivery = answer$.subscribe({
          next: (response) => answered && subscriber.next(response),
          error: (error: unknown) => answered && subscriber.error(error),
          complete: () => answered && subscriber.complete(),
        });
        // A poll that nobody waits for changes nothing.
        if (request.longPoll || !arrives) subscriber.add(delivery);
      }),
  });
}
