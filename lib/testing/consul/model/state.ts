/** How a health check stands. Only `critical` ends the sessions that depend on it. */
export type CheckStatus = 'passing' | 'warning' | 'critical';

/** A health check as the model keeps it. */
export interface ModelCheck {
  readonly id: string;
  readonly name: string;
  readonly status: CheckStatus;
  readonly notes: string;
  readonly output: string;
  /** The service that it belongs to; empty for a check of the node. */
  readonly serviceId: string;
  /** What the agent does with it if it was registered there: a TTL check. */
  readonly timer: CheckTimer | undefined;
}

/** The timer of a TTL check, which runs in the agent. */
export interface CheckTimer {
  readonly ttlMs: number;
  /** When the check turns critical unless somebody reports before. `undefined` once it has. */
  readonly expiresAtMs: number | undefined;
  /** For how long it may be critical until its service is forgotten; 0 for ever. */
  readonly forgottenAfterMs: number;
  readonly criticalSinceMs: number | undefined;
}

/** A service of the agent as the model keeps it. */
export interface ModelService {
  readonly id: string;
  readonly name: string;
  readonly tags: readonly string[];
  readonly address: string;
  readonly port: number;
  readonly meta: Readonly<Record<string, string>>;
}

/** A session as the model keeps it. */
export interface ModelSession {
  readonly id: string;
  readonly name: string;
  readonly node: string;
  /** As the client sent it: Consul says it back word for word. */
  readonly ttl: string;
  /** The TTL in milliseconds; 0 for a session that does not expire. */
  readonly ttlMs: number;
  /** In nanoseconds, 64 bits, before the clamp to 60 s that applies when the session ends. */
  readonly lockDelayNs: bigint;
  readonly behavior: 'release' | 'delete';
  /** Node checks by today's name of the field. */
  readonly nodeChecks: readonly string[];
  /** Node checks by the field's old name, `Checks`; the session depends on both. */
  readonly legacyChecks: readonly string[];
  /** Service checks, of which the model knows the names only. `undefined` where none were sent. */
  readonly serviceChecks: readonly ServiceCheck[] | undefined;
  /** When Consul ends the session unless it is renewed: twice the TTL after the last renewal. */
  readonly expiresAtMs: number | undefined;
  readonly createIndex: number;
}

/** A service check that a session depends on. */
export interface ServiceCheck {
  readonly id: string;
  readonly namespace: string;
}

/** An entry of the key-value store as the model keeps it. */
export interface ModelEntry {
  readonly key: string;
  /** The value's bytes in base64; empty for no value. */
  readonly valueBase64: string;
  /** Unsigned 64 bits. */
  readonly flags: bigint;
  /** The session that holds the key, spelled as it was when the key was acquired. */
  readonly sessionId: string | undefined;
  readonly lockIndex: number;
  readonly createIndex: number;
  readonly modifyIndex: number;
}

/** Bars a key from being acquired. */
export interface ModelLockDelay {
  readonly sinceMs: number;
  /** How long it was meant to last. */
  readonly delayMs: number;
  /** When Consul's timers end a lock-delay of this key, this one's and those of others before it. */
  readonly timersMs: readonly number[];
}

/** All that the model remembers: a value that never changes, replaced by each write. */
export interface ConsulState {
  /** Name of the agent's node. */
  readonly nodeName: string;
  /** Raft index of the latest write. */
  readonly index: number;
  /** Raft index of the latest change of any key. */
  readonly keysIndex: number;
  /** Raft index of the latest creation or end of a session. */
  readonly sessionsIndex: number;
  readonly entries: ReadonlyMap<string, ModelEntry>;
  /** Raft index of the latest deletion, by key or by the prefix of a recursive deletion. */
  readonly tombstones: ReadonlyMap<string, number>;
  readonly sessions: ReadonlyMap<string, ModelSession>;
  /** The latest lock-delay of each key that ever had one. */
  readonly lockDelays: ReadonlyMap<string, ModelLockDelay>;
  /** The node's checks by ID. */
  readonly checks: ReadonlyMap<string, ModelCheck>;
  /** The agent's services by ID. */
  readonly services: ReadonlyMap<string, ModelService>;
  /** Raft index of the latest registration or removal of a service. */
  readonly servicesIndex: number;
}

/**
 * A Consul without keys and sessions, whose node is healthy.
 *
 * @param nodeName - Name of the agent's node.
 */
export function emptyConsul(nodeName = 'node-1'): ConsulState {
  return {
    nodeName,
    index: firstIndex,
    keysIndex: 0,
    sessionsIndex: 0,
    entries: new Map(),
    tombstones: new Map(),
    sessions: new Map(),
    lockDelays: new Map(),
    checks: new Map([['serfHealth', serfHealth]]),
    services: new Map(),
    servicesIndex: 0,
  };
}

const serfHealth: ModelCheck = {
  id: 'serfHealth',
  name: 'Serf Health Status',
  status: 'passing',
  notes: '',
  output: 'Agent alive and reachable',
  serviceId: '',
  timer: undefined,
};

/** A fresh agent writes about a dozen raft entries of its own, so index 1 never names a key. */
const firstIndex = 12;

/** The state with the next raft index: every write that reaches the log takes one, changed or not. */
export function nextEntry(state: ConsulState): ConsulState {
  return { ...state, index: state.index + 1 };
}
