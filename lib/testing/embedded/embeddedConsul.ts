import { defer, map, type Observable } from 'rxjs';
import { type Chance, systemChance } from '../../ports/chance.js';
import { systemTime, type Time } from '../../ports/time.js';
import { type ConsulHandle, consulHandle } from '../consul/consulHandle.js';
import { consulServer } from './consulServer.js';
import type { RecordedRequest } from '../faults/recordedRequest.js';
import { runningConsul } from '../consul/runningConsul.js';
import { recorded } from '../consul/servedBy.js';

/** How an {@link EmbeddedConsul} runs. Everything is optional. */
export interface EmbeddedConsulOptions {
  /** The port. Defaults to one that is free. */
  readonly port?: number;
  /** Where it listens. Defaults to 127.0.0.1; whoever reaches it may do everything. */
  readonly host?: string;
  /** Name of the node that sessions belong to. Defaults to `node-1`. */
  readonly nodeName?: string;
  /** Replaces the machine's time. Defaults to {@link systemTime}. */
  readonly time?: Time;
  /**
   * Draws session IDs and the jitter of blocking queries. Defaults to `Math.random`.
   */
  readonly chance?: Chance;
}

/** A Consul that listens; see {@link embeddedConsul}. */
export interface EmbeddedConsul {
  /** `http://<host>:<port>`, as `CONSUL_HTTP_ADDR` takes it. */
  readonly address: string;
  /** Looks inside and acts as an operator. */
  readonly consul: ConsulHandle;
}

/**
 * The model of {@link simulatedConsul} behind a real HTTP server, in real time, for a demo or a
 * test without Consul. Clients of others can talk to it: the `consul` command with its `kv`, `lock`,
 * `watch`, `members` and `catalog nodes`, the npm package `consul`, exp-leader-election. What it does
 * not serve it refuses with a sentence that says so. `npx rxjs-leader-election-embedded` is the same as
 * a command.
 *
 * Listens when subscribed to, emits once, and goes on until unsubscribed: then it closes, and every
 * connection ends. Errors when it cannot listen. Each subscription is a Consul of its own, empty at
 * first; nothing is kept on a disk. Over HTTP alone, and without access control.
 *
 * @example
 * ```ts
 * embeddedConsul()
 *   .pipe(
 *     switchMap(({ address }) =>
 *       leaderElection({ key: 'locks/reports', consul: { address } }).leadership$,
 *     ),
 *     take(2),
 *   )
 *   .subscribe((leadership) => console.log(leadership.kind));
 * // => Follower
 * // => Leader
 * ```
 */
export function embeddedConsul(options: EmbeddedConsulOptions = {}): Observable<EmbeddedConsul> {
  return defer(() => {
    const { time = systemTime, chance = systemChance, nodeName } = options;
    const { host = '127.0.0.1', port = 0 } = options;
    const running = runningConsul({ time, waitChance: chance, idChance: chance, nodeName });
    const requests: RecordedRequest[] = [];
    const consul = consulHandle(running, requests);
    return consulServer(running, { host, port }, (request) => {
      requests.push(recorded(request, 'http', time.now().monotonicMs));
    }).pipe(map((address) => ({ address, consul })));
  });
}
