import type { ConsulScope } from '../../config/model/settings.js';
import type { Time } from '../../ports/time.js';
import type { Transport } from '../../ports/transport.js';

/** What every request function takes: the way to Consul, and the time on which requests time out. */
export interface Consul {
  /** How requests are sent. */
  readonly transport: Transport;
  /** On which they time out, and from which their instants are read. */
  readonly time: Time;
  /** Datacenter, namespace and partition. */
  readonly scope: ConsulScope;
  /**
   * How long a request that is no long poll may take, in milliseconds. Requests in flight to a
   * frozen raft leader were seen to hang for 17 to 38 s while new ones passed after 2.5 s.
   */
  readonly requestTimeoutMs: number;
}
