/**
 * The way to Consul and the timings, as exp-leader-election names them. Numbers may be given as
 * numeric strings, as they come from the environment.
 */
export interface ExpConsulOptions {
  /** Host name or IP address of the agent; an IPv6 address in brackets. Defaults to `127.0.0.1`. */
  readonly host?: string | undefined;
  /** Port of the agent. Defaults to 8500, with `secure` too. */
  readonly port?: number | string | undefined;
  /**
   * Whether to speak https. Defaults to `false`. Certificates come from Consul's own variables, such
   * as `CONSUL_CACERT`.
   */
  readonly secure?: boolean | undefined;
  /** ACL token, sent as a header and never shown. Where it is left out, none is sent. */
  readonly token?: string | undefined;
  /** TTL of the session, in seconds, 10 to 86 400. Defaults to 15. */
  readonly ttl?: number | string | undefined;
  /**
   * Lock-delay of the session, in seconds. Defaults to 10. Less than 2 counts as 2, since leadership
   * may not outlast the lock-delay; more than 60 counts as 60, as it does for Consul.
   */
  readonly lockDelay?: number | string | undefined;
  /** How long one read waits for a change, in seconds, 1 to 60; less or more counts as that. Defaults to 60. */
  readonly readWait?: number | string | undefined;
}

/** The options of exp-leader-election. Only `key` must be given; names that it does not know are ignored. */
export interface ExpLeaderElectionOptions {
  /**
   * The key to contend for, for example `locks/my-service`: at most 2048 of the characters
   * `A-Z a-z 0-9 , . _ - /`.
   */
  readonly key: string;
  /** Called with what happens, as `console.log` can be. The token is not shown. Defaults to nothing. */
  readonly debug?: ((...values: unknown[]) => void) | undefined;
  /** The way to Consul, and the timings. Each of them has its default where it is left out. */
  readonly consul?: ExpConsulOptions | undefined;
}
