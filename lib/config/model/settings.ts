import type { JsonObject } from './json.js';

/** The part of Consul that requests speak to. Each is sent as a query parameter where given. */
export interface ConsulScope {
  /** `?dc=`: the datacenter. Left out for the agent's own. */
  readonly datacenter?: string;
  /** `?ns=`: a namespace of Consul Enterprise. Left out for the token's. */
  readonly namespace?: string;
  /** `?partition=`: an admin partition of Consul Enterprise. Left out for the agent's. */
  readonly partition?: string;
}

/** A PEM block given as text, or the file that holds it. */
export type PemSource =
  | { readonly kind: 'text'; readonly pem: string }
  | { readonly kind: 'file'; readonly path: string };

/** TLS as resolved from options and environment; present for https only. */
export interface TlsSettings {
  /** `false` accepts any server certificate. */
  readonly verify: boolean;
  /** Trusted certificate authorities; empty means the system's own. */
  readonly ca: readonly PemSource[];
  /** A directory of which every file is a trusted authority. */
  readonly caPath?: string;
  readonly cert?: PemSource;
  readonly key?: PemSource;
  /** The name to verify the server's certificate against (SNI). */
  readonly serverName?: string;
}

/** Where the ACL token comes from. A file is read again when it changes. */
export type TokenSource =
  | { readonly kind: 'none' }
  | { readonly kind: 'value'; readonly token: string }
  | { readonly kind: 'file'; readonly path: string };

/** The way to Consul, resolved from options and environment. */
export interface ConsulSettings {
  /** Scheme, host and port, for example `http://127.0.0.1:8500`; with a socket, `http://localhost`. */
  readonly origin: string;
  /** Path of a unix socket, for `unix://` addresses. */
  readonly socketPath?: string;
  /** What stands before `/v1`, without a slash at the end: empty, or for example `/consul`. */
  readonly pathPrefix: string;
  readonly token: TokenSource;
  /** Credentials of a proxy before Consul (CONSUL_HTTP_AUTH). */
  readonly basicAuth?: { readonly username: string; readonly password: string };
  readonly tls?: TlsSettings;
  readonly scope: ConsulScope;
}

/** Consul notices a crash by the TTL of the session, at up to twice its value. Works everywhere. */
export interface SessionTtlDetector {
  /** Tells it from a `ttlCheck`. */
  readonly kind: 'sessionTtl';
}

/** Consul notices a crash by a TTL check that the process passes at the agent of its node. */
export interface TtlCheckDetector {
  /** Tells it from a `sessionTtl`. */
  readonly kind: 'ttlCheck';
  /** How long after its last pass the check turns critical and the session ends, in milliseconds. */
  readonly checkTtlMs: number;
  /** Time between passes, in milliseconds. */
  readonly passIntervalMs: number;
  /** Whether the session depends on the agent's `serfHealth`, too. */
  readonly serfHealth: boolean;
  /** Name of the service that carries the check. */
  readonly serviceName: string;
}

/** How Consul learns that a process has crashed. */
export type Detector = SessionTtlDetector | TtlCheckDetector;

/** All timings of an election, resolved and checked together. All in milliseconds but the drift. */
export interface Timing {
  /** TTL of the session. */
  readonly sessionTtlMs: number;
  /** How long nobody gets the lock after its session has ended. */
  readonly lockDelayMs: number;
  /** How long evidence of the lock is believed. */
  readonly leaseMs: number;
  /** How long before the end of the lease leadership is given up. */
  readonly stopBudgetMs: number;
  /** Time between renewals of the session. */
  readonly renewIntervalMs: number;
  /** Time between confirmations of the lock. */
  readonly evidenceIntervalMs: number;
  /** How long a request may take, long polls aside. */
  readonly requestTimeoutMs: number;
  /** How long a blocking query waits for a change. */
  readonly watchWaitMs: number;
  /** By which part the rates of two clocks may differ, for example 0.01. */
  readonly clockDrift: number;
  /** Whether the lease is allowed to outlast the lock-delay, because every write is fenced. */
  readonly relyOnFencing: boolean;
  /** How Consul learns that this process has crashed. */
  readonly detector: Detector;
}

/** The delays between tries, in milliseconds. */
export interface Backoff {
  /** Bound of the first delay. */
  readonly initialDelayMs: number;
  /** Bound of every delay. */
  readonly maxDelayMs: number;
  /** By what the bound of the delay grows with each failure in a row. */
  readonly factor: number;
}

/** What a single election and a group need to know alike, resolved from options and environment. */
export interface SharedSettings {
  readonly consul: ConsulSettings;
  readonly timing: Timing;
  /** `undefined`: let it crash at the first failure. */
  readonly retry: Backoff | undefined;
  readonly metadata: JsonObject | undefined;
  readonly lockFlags: bigint;
  readonly sessionName: string;
  readonly nodeChecks: readonly string[];
}

/** Everything that `leaderElection` needs to know. */
export interface ElectionSettings extends SharedSettings {
  readonly key: string;
}

/** How a group spreads its keys among processes. */
export interface Balance {
  /** Time between two steps towards even shares, in milliseconds. */
  readonly intervalMs: number;
}

/** Everything that `electionGroup` needs to know. */
export interface GroupSettings extends SharedSettings {
  /** With a slash at its end. */
  readonly prefix: string;
  /** How keys are spread among processes; `undefined`: not at all. */
  readonly balance: Balance | undefined;
}
