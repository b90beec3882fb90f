import type { ObservableInput } from 'rxjs';
import type { Chance } from '../../ports/chance.js';
import type { Time } from '../../ports/time.js';
import type { Transport } from '../../ports/transport.js';
import type { JsonObject } from './json.js';
import type { SessionTtlDetector } from './settings.js';

/**
 * TLS towards Consul, for `https://` only. Every `…File` is read when the first connection is made.
 * The variables are ignored where the address is not https, as they are by Consul's own client.
 */
export interface TlsOptions {
  /**
   * The certificate authority as PEM text. Give one of `ca`, `caFile` and `caPath`; any of them
   * takes the place of `CONSUL_CACERT` and `CONSUL_CAPATH`. Defaults to the system's authorities.
   */
  readonly ca?: string;
  /** The file of the certificate authority. Environment: `CONSUL_CACERT`. Defaults to none. */
  readonly caFile?: string;
  /**
   * A directory of certificate authorities. Environment: `CONSUL_CAPATH`, if `CONSUL_CACERT` is not
   * set.
   * Defaults to none.
   */
  readonly caPath?: string;
  /**
   * The client certificate as PEM text; `cert` or `certFile`, and its key with it.
   * Defaults to none.
   */
  readonly cert?: string;
  /** The file of the client certificate. Environment: `CONSUL_CLIENT_CERT`. Defaults to none. */
  readonly certFile?: string;
  /** The key of the client certificate as PEM text. Defaults to none. */
  readonly key?: string;
  /** The file of the client certificate's key. Environment: `CONSUL_CLIENT_KEY`. Defaults to none. */
  readonly keyFile?: string;
  /**
   * The name to expect in the server's certificate; a port after it is dropped.
   * Environment: `CONSUL_TLS_SERVER_NAME`.
   * Defaults to the host of the address.
   */
  readonly serverName?: string;
  /**
   * Whether the server's certificate is verified. Defaults to `true`.
   * Environment: `CONSUL_HTTP_SSL_VERIFY`.
   */
  readonly verify?: boolean;
}

/**
 * The way to Consul. What is not given comes from Consul's own environment variables, field by
 * field; an empty variable counts as unset.
 */
export interface ConsulOptions {
  /**
   * Address of the agent: `http://`, `https://` or `unix:///path`, or `host:port`; a path is taken
   * as a prefix before `/v1`. User and password belong into `auth`. Defaults to
   * `http://127.0.0.1:8500`. Environment: `CONSUL_HTTP_ADDR`.
   *
   * Without a port it is the scheme's own, 80 or 443, as for Consul's own client. With
   * `CONSUL_HTTP_SSL` true, https is spoken, unless this option says `http://`.
   */
  readonly address?: string;
  /**
   * ACL token, sent as a header and never shown. Give `token` or `tokenFile`; either takes the place
   * of both variables. Environment: `CONSUL_HTTP_TOKEN`.
   * Defaults to none.
   */
  readonly token?: string;
  /**
   * File that holds the token; read again when it changes. Environment: `CONSUL_HTTP_TOKEN_FILE`,
   * which goes before `CONSUL_HTTP_TOKEN`.
   * Defaults to none.
   */
  readonly tokenFile?: string;
  /**
   * `user:password`, or only `user`, for a proxy before Consul. Environment: `CONSUL_HTTP_AUTH`.
   * Defaults to none.
   */
  readonly auth?: string;
  /** TLS settings for `https://`. Defaults to what the variables say. */
  readonly tls?: TlsOptions;
  /** Datacenter. Defaults to the agent's own. */
  readonly datacenter?: string;
  /** Namespace (Consul Enterprise). Environment: `CONSUL_NAMESPACE`. Defaults to the token's. */
  readonly namespace?: string;
  /** Admin partition (Consul Enterprise). Environment: `CONSUL_PARTITION`. Defaults to the agent's. */
  readonly partition?: string;
}

/** How long to wait between tries after a failure: exponential, with full jitter. */
export interface RetryOptions {
  /** Bound of the first delay, in milliseconds. Defaults to 100, or to `maxDelayMs` if that is less. */
  readonly initialDelayMs?: number;
  /** Bound of every delay, in milliseconds. Defaults to 5000, or to `initialDelayMs` if that is more. */
  readonly maxDelayMs?: number;
  /** By what the bound grows with each failure in a row. 1 or more. Defaults to 2. */
  readonly factor?: number;
}

/**
 * Consul notices a crash by a TTL check: the process registers it with the agent that it talks to and
 * passes it several times per TTL, and its session ends at once when a pass is overdue. A crashed
 * leader is followed after `checkTtlMs` and the lock-delay, instead of twice the session's TTL and the
 * lock-delay.
 *
 * For processes that talk to the agent of their own node, since the check's timer runs in one agent:
 * an address behind which there are several does not work. The ACL token needs
 * `service "<serviceName>" { policy = "write" }` besides the rules for the key and the session.
 */
export interface TtlCheckOptions {
  /** Tells it from `sessionTtl`. */
  readonly kind: 'ttlCheck';
  /**
   * How long after its last pass the check turns critical, in milliseconds, 200 to 86 400 000, and at
   * most twice `sessionTtlMs`. A process that stands still for longer loses its session.
   */
  readonly checkTtlMs: number;
  /**
   * Time between passes, in milliseconds, at most half of `checkTtlMs`. Defaults to a quarter of it:
   * after one that is lost there is time for its timeout and for another.
   */
  readonly passIntervalMs?: number;
  /**
   * Whether the session depends on the node's `serfHealth`, too. The check's timer dies with its agent,
   * so that without it a node that is lost as a whole is noticed by the TTL of the session alone. With
   * it a network that flaps between agents can take the lock away. Defaults to `true`.
   */
  readonly serfHealth?: boolean;
  /** Name of the service that carries the check in Consul's catalog. Defaults to `rxjs-leader-election`. */
  readonly serviceName?: string;
}

/** How Consul learns that a process has crashed. */
export type DetectorOptions = SessionTtlDetector | TtlCheckOptions;

/**
 * Timings that belong together, by name:
 *
 * - `fast`: a crashed leader is followed within 1.0 s. For processes that talk to the agent of their
 *   own node (see {@link TtlCheckOptions}) and do not stand still for a sixth of a second.
 * - `balanced`: within 10 s, and rides out a raft election of servers with `raft_multiplier` 1. For
 *   processes that talk to the agent of their own node.
 * - `steady`: within a minute, and rides out a raft election with the default `raft_multiplier`. Works
 *   everywhere.
 *
 * docs/timing.md has the figures of each, `explainTiming({ preset })` prints them.
 */
export type Preset = 'fast' | 'balanced' | 'steady';

/** The timings of an election. They are checked together when the election is made. */
export interface TimingOptions {
  /**
   * Timings that belong together, by name. Any that is given besides takes the place of the preset's.
   * Defaults to none: what the single timings default to works everywhere and follows a crashed
   * leader within 30 s.
   */
  readonly preset?: Preset;
  /**
   * TTL of the Consul session, in milliseconds, 10 000 to 86 400 000. Consul enforces twice the
   * value: a crashed leader is noticed after at most 2 x TTL. Defaults to 10 000, the least that
   * Consul accepts. Source: https://developer.hashicorp.com/consul/api-docs/session.
   */
  readonly sessionTtlMs?: number;
  /**
   * For how long a lock that was not given back is left alone, in milliseconds, 0 to 60 000: by Consul
   * once a session that held it has ended, and by each contender from when it finds it so. It is what
   * makes a lease safe, so that without `relyOnFencing` it must leave room for a lease of 100 ms. The entry
   * of a held lock says it, and contenders with a shorter one wait for the holder's. Defaults to 10 000.
   */
  readonly lockDelayMs?: number;
  /**
   * For how long this process believes in its leadership after the request that proved it, in
   * milliseconds, 100 or more. At most `lockDelayMs x (1 - clockDrift)`, which is the default,
   * rounded down; with `relyOnFencing` at most `sessionTtlMs`, which is the default then.
   */
  readonly leaseMs?: number;
  /**
   * How long before the end of the lease leadership is given up, and the most time that
   * `beforeRelease` and drained work get, in milliseconds, less than `leaseMs`. Defaults to a tenth of
   * the lease, at most 500.
   */
  readonly stopBudgetMs?: number;
  /**
   * How often the session is renewed, in milliseconds. With `requestTimeoutMs` at most
   * `sessionTtlMs`. Defaults to a third of `sessionTtlMs`.
   */
  readonly renewIntervalMs?: number;
  /**
   * How often a leader confirms that it holds the lock, in milliseconds. With two
   * `requestTimeoutMs` at most `leaseMs - stopBudgetMs`, so that a single lost request does not end
   * the lease. Defaults to a quarter of `leaseMs - stopBudgetMs`.
   */
  readonly evidenceIntervalMs?: number;
  /**
   * How long a request may take, long polls aside, in milliseconds. Defaults to a quarter of
   * `leaseMs - stopBudgetMs`, at most 2500.
   */
  readonly requestTimeoutMs?: number;
  /**
   * For how long one blocking query waits for a change at most, in milliseconds, 1000 to 60 000. Consul adds
   * up to a sixteenth. Shorter waits are used behind a proxy that cuts queries off earlier. Defaults to 45 000.
   */
  readonly watchWaitMs?: number;
  /** By which part the rates of two machines' clocks may differ, 0 to 0.1. Defaults to 0.01. */
  readonly clockDrift?: number;
  /**
   * Allows a lease that is longer than the lock-delay covers, for a faster failover. Two processes
   * may then lead at once, and only fencing tokens, checked by what you write to, keep it safe. The
   * lease still may not exceed `sessionTtlMs`, which is its default then. Defaults to `false`.
   */
  readonly relyOnFencing?: boolean;
  /**
   * How Consul learns that this process has crashed: `{ kind: 'sessionTtl' }`, which works everywhere,
   * or `{ kind: 'ttlCheck', checkTtlMs: 500 }`, which is fast and needs the agent of the own node. It
   * decides how soon Consul notices, and nothing else: the lease keeps the lock safe. Defaults to
   * `sessionTtl`.
   */
  readonly detector?: DetectorOptions;
}

/** Everything that can be said of an election. Only `key` must be. */
export interface ElectionOptions extends TimingOptions {
  /**
   * The key to contend for, for example `locks/reports`: at most 2048 of the characters
   * `A-Z a-z 0-9 , . _ - /`, without a slash at either end, `//`, or a part that is `.` or `..`.
   */
  readonly key: string;
  /** The way to Consul. Defaults to what the variables say. */
  readonly consul?: ConsulOptions;
  /**
   * What the others see of this process while it leads; the value of the key, as JSON. At most 380
   * KiB of it: the transaction that takes the lock carries it in base64, within Consul's 512 KiB.
   * Defaults to none.
   */
  readonly metadata?: JsonObject;
  /** Name of the session, as `consul` tools and its UI show it. Defaults to `rxjs-leader-election`. */
  readonly sessionName?: string;
  /**
   * Health checks of the agent's node on which the session depends: Consul ends it as soon as one
   * is critical. Defaults to none; `['serfHealth']` notices a dead node within seconds and can take
   * the lock away when the network between agents flaps.
   */
  readonly nodeChecks?: readonly string[];
  /**
   * The flags that mark the key as a lock of this kind. Defaults to the flags of Go's lock
   * (`consul lock` and `api.Lock`), so that they can contend with this library. Use `0n` to contend
   * with clients that set none.
   */
  readonly lockFlags?: bigint;
  /**
   * Delays between tries, or `false` to let it crash: the first failure errors `leadership$`.
   * Defaults to 100 ms, doubling up to 5 s. A leader waits no longer than half of
   * `evidenceIntervalMs` before it tries again to confirm that it holds the lock.
   */
  readonly retry?: RetryOptions | false;
  /**
   * Called when this process gives up a lock that it still holds, after `Follower` was emitted and
   * before the lock is released. The release waits until the observable completes or the promise settles,
   * but no longer than `stopBudgetMs`. Return what has to be finished first; for the work of `whileLeader`
   * see its option `drain`.
   * Defaults to no wait.
   */
  readonly beforeRelease?: () => ObservableInput<unknown>;
  /**
   * Called when `beforeRelease` has not ended by the time at which the lock is released all the same: an
   * observable is unsubscribed then, a promise goes on. A reason to raise `stopBudgetMs`. `whileLeader` has
   * an option of the same name for its work. Defaults to nothing.
   */
  readonly onOverrun?: () => void;
  /**
   * Replaces HTTP, for example by a `SimulatedConsul`. The given one is not closed by the election.
   * Defaults to HTTP.
   */
  readonly transport?: Transport;
  /** Replaces the machine's time. Defaults to {@link systemTime}. */
  readonly time?: Time;
  /** Where random numbers come from. Defaults to `Math.random`. */
  readonly chance?: Chance;
}

/** Everything that can be said of an election group. Only `prefix` must be. */
export interface ElectionGroupOptions extends Omit<
  ElectionOptions,
  'key' | 'beforeRelease' | 'onOverrun'
> {
  /**
   * What all keys of the group begin with, for example `locks/shards/`: a key without its last part,
   * with the slash. Everything under it is read and watched, so keep other things elsewhere.
   */
  readonly prefix: string;
  /**
   * Spreads the keys evenly among the processes that set it: none claims more than its share while
   * others could, and one that holds more steps down from a tenth of what is too much, at least from
   * one key, every `balanceIntervalMs` until the shares differ by one at most. Defaults to `false`.
   *
   * Each process registers itself, and the keys for which it contends, by a key of its own under the
   * prefix, in `.contenders/`.
   */
  readonly balance?: boolean;
  /**
   * How often a process that holds more than its share hands keys over, and for how long it leaves a
   * free key beyond its share to others, in milliseconds, 100 to 3 600 000. Defaults to 1000.
   */
  readonly balanceIntervalMs?: number;
  /**
   * Called for each key that this process gives up, after its `Follower` was emitted and before its
   * lock is released; see the option of the same name of a single election. Defaults to nothing.
   */
  readonly beforeRelease?: (key: string) => ObservableInput<unknown>;
  /**
   * Called for each key whose `beforeRelease` has not ended by the time at which its lock is released all
   * the same; see the option of the same name of a single election. Defaults to nothing.
   */
  readonly onOverrun?: (key: string) => void;
}
