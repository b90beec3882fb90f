import type { Instant } from '../../ports/instant.js';

/** A session as `PUT /v1/session/create` makes it. */
export interface CreatedSession {
  /** ID of the session. */
  readonly id: string;
  /** When the request was sent. */
  readonly sentAt: Instant;
}

/** What a successful renewal says of a session. It is no evidence for a lock. */
export interface RenewedSession {
  /** ID of the session. */
  readonly id: string;
  /** The TTL in milliseconds, as Consul states it; longer than asked means: renew more slowly. */
  readonly ttlMs: number;
}

/** A session as `GET /v1/session/info` describes it. */
export interface SessionInfo {
  /** ID of the session. */
  readonly id: string;
  /** The name that it was given. */
  readonly name: string;
  /** The node on which it depends. */
  readonly node: string;
  /** How long its locks stay taken after it has ended, in milliseconds, as it was asked for. */
  readonly lockDelayMs: number;
  /** What becomes of its keys when it ends: `release` or `delete`. */
  readonly behavior: string;
  /** Its TTL in milliseconds; `undefined` when it has none. */
  readonly ttlMs: number | undefined;
  /** Raft index of its creation. */
  readonly createIndex: number;
}

/** An entry of the key-value store. */
export interface KeyEntry {
  /** The key. */
  readonly key: string;
  /** Decoded from base64 as UTF-8; empty where Consul holds none. */
  readonly value: string;
  /** Unsigned 64 bits; exact, since Go's lock flag is above 2^53. */
  readonly flags: bigint;
  /** The session that holds the key, if any. */
  readonly sessionId: string | undefined;
  /** Raft index of the creation. */
  readonly createIndex: number;
  /** Raft index of the last change of value, flags or holder: at an acquisition, the fencing token. */
  readonly modifyIndex: number;
  /** How often the key was locked. Unfit as a token: a plain PUT resets it. */
  readonly lockIndex: number;
}

/** What a read of one key says. */
export interface KeyReading {
  /** `undefined` when the key does not exist. */
  readonly entry: KeyEntry | undefined;
  /** `X-Consul-Index`. */
  readonly index: number;
  /** When the request was sent. */
  readonly sentAt: Instant;
}

/** What a read of all keys under a prefix says. */
export interface PrefixReading {
  /** In the order of their keys; empty when there are none. */
  readonly entries: readonly KeyEntry[];
  /** `X-Consul-Index`. */
  readonly index: number;
  /** When the request was sent. */
  readonly sentAt: Instant;
}

/** Why Consul did not give the lock. `changed`: the entry is not the one that was expected. */
export type RefusalReason = 'held' | 'lock-delay' | 'changed';

/** Consul gave the lock to the session. */
export interface AcquiredAnswer {
  /** Tells it from a refusal. */
  readonly kind: 'acquired';
  /** Raft index of the acquisition: the fencing token. */
  readonly modifyIndex: number;
  /** When the request was sent. */
  readonly sentAt: Instant;
}

/** Consul did not give the lock. */
export interface RefusedAnswer {
  /** Tells it from an acquisition. */
  readonly kind: 'refused';
  /** Why not. */
  readonly reason: RefusalReason;
  /** When the request was sent. */
  readonly sentAt: Instant;
}

/** What an attempt to acquire a key says. */
export type AcquireAnswer = AcquiredAnswer | RefusedAnswer;
