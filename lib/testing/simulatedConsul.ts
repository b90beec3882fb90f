import { BehaviorSubject, defer } from 'rxjs';
import type { Chance } from '../ports/chance.js';
import type { Time } from '../ports/time.js';
import type { Transport } from '../ports/transport.js';
import { type ConsulHandle, consulHandle } from './consul/consulHandle.js';
import type { RecordedRequest } from './faults/recordedRequest.js';
import { type Fail, failures } from './faults/failures.js';
import type { Fault } from './faults/fault.js';
import { withLatency } from './faults/latency.js';
import { type Link, onLink } from './faults/link.js';
import { runningConsul } from './consul/runningConsul.js';
import { seededChance } from './time/seededChance.js';
import { recorded, servedBy } from './consul/servedBy.js';

/** How a {@link SimulatedConsul} runs. Only the time must be given. */
export interface SimulatedConsulOptions {
  /** Consul's own time. Use {@link virtualTime} of a `TestScheduler`. */
  readonly time: Time;
  /** How long a request and its answer take together, in milliseconds. Defaults to 0. */
  readonly latencyMs?: number;
  /**
   * Draws the part of a sixteenth of the wait that Consul adds to blocking queries. Defaults to
   * none, so that a wait ends to the millisecond.
   */
  readonly chance?: Chance;
  /** Seed of the IDs of sessions, which are the same in every run. Defaults to 1. */
  readonly seed?: number;
  /** Name of the node that sessions belong to. Defaults to `node-1`. */
  readonly nodeName?: string;
}

/** How one contender is connected. Everything is optional. */
export interface ConnectionOptions {
  /** What the request log calls the connection. Defaults to `connection-1` and so on. */
  readonly name?: string;
  /** How long a request and its answer take together, in milliseconds. Defaults to the Consul's. */
  readonly latencyMs?: number;
  /**
   * Faults at Consul's end of the connection, the first one closest to Consul. What they answer
   * takes as long as an answer of Consul.
   * Defaults to none.
   */
  readonly faults?: readonly Fault[];
}

/** A way to the simulated Consul of which only one contender should know. */
export interface Connection {
  /** What the contender takes as its `transport`. */
  readonly transport: Transport;
  /** Cuts the link, or mends it. What was in flight at a cut is lost. */
  readonly setLink: (link: Link) => void;
}

/** A simulated Consul; see {@link simulatedConsul}. */
export interface SimulatedConsul extends ConsulHandle {
  /** A connection that is always up, for tests with a single contender. */
  readonly transport: Transport;
  /** Makes a connection for another contender. All connections lead to the same Consul. */
  readonly connect: (options?: ConnectionOptions) => Connection;
  /**
   * From now on answers chosen requests in Consul's place, on every connection: with a status and a
   * body, or with an error. Such a request arrives, and has no effect.
   *
   * @param predicate - Which requests.
   * @param instead - The answer, or the error that the transport gives.
   * @param times - How many requests. Defaults to all.
   * @returns Call it to end the failure earlier.
   */
  readonly fail: Fail;
}

/**
 * A Consul on a scheduler: its sessions, locks, lock-delay, TTL checks, blocking queries and
 * transactions, with its wording of errors, so that an hour of an election passes in
 * about a second of `TestScheduler.run`.
 *
 * A session ends exactly at twice its TTL after the last renewal, and a lock-delay ends exactly
 * when it should; at that very millisecond the session is gone and the key is free. Answers always
 * come through the scheduler, also with a latency of 0. A timer is set only for a request that
 * waits, so `flush()` ends once the streams under test do.
 *
 * It takes more than one contender to be a test: give each a connection of its own.
 *
 * Not modelled: ACLs, namespaces, several datacenters or servers, and the removal of tombstones after
 * 15 minutes. What it does not serve it refuses with a sentence that says so.
 *
 * @example A crash: nobody renews, so the next contender leads after 2 x TTL and the lock-delay
 * ```ts
 * const scheduler = new TestScheduler(assertDeepEqual);
 * scheduler.run(() => {
 *   const time = virtualTime(scheduler);
 *   const consul = simulatedConsul({ time });
 *   const first = consul.connect();
 *   const second = consul.connect();
 *   const contend = (transport: Transport) =>
 *     leaderElection({ key: 'locks/reports', transport, time }).leadership$;
 *
 *   timer(60_000, scheduler).subscribe(() => first.setLink('blackhole'));
 *   contend(first.transport).pipe(take(5)).subscribe();
 *   contend(second.transport)
 *     .pipe(isLeading(), takeWhile((leads) => !leads, true))
 *     .subscribe((leads) => console.log(`${scheduler.now()} ms: ${leads}`));
 * });
 * // => 0 ms: false
 * // => 89994 ms: true
 * ```
 */
export function simulatedConsul(options: SimulatedConsulOptions): SimulatedConsul {
  const { time, chance = () => 0, seed = 1, nodeName } = options;
  const running = runningConsul({
    time,
    waitChance: chance,
    idChance: seededChance(seed),
    nodeName,
  });
  const requests: RecordedRequest[] = [];
  const { fail, guard } = failures();
  const consulsEnd = guard(servedBy(running));
  let connections = 0;

  const connect = (connection: ConnectionOptions = {}): Connection => {
    const name = connection.name ?? `connection-${++connections}`;
    const latencyMs = connection.latencyMs ?? options.latencyMs ?? 0;
    const logged: Transport = {
      ...consulsEnd,
      request: (request) =>
        defer(() => {
          requests.push(recorded(request, name, time.now().monotonicMs));
          return consulsEnd.request(request);
        }),
    };
    const faulty = (connection.faults ?? []).reduce((whole, fault) => fault(whole), logged);
    const link$ = new BehaviorSubject<Link>('up');
    const transport = onLink(
      withLatency(faulty, time, latencyMs / 2, latencyMs / 2),
      link$,
      time,
      latencyMs,
    );
    return { transport, setLink: (link) => link$.next(link) };
  };

  return { ...consulHandle(running, requests), fail, connect, transport: connect().transport };
}
