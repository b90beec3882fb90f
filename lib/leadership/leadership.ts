import type { JsonObject } from '../config/model/json.js';
import type { ElectionError } from '../errors.js';
import type { FencingToken } from '../lock/fencingToken.js';
import type { Term } from './term.js';

/**
 * This process leads. What it does while it leads may still reach others after it has stopped
 * leading, if it was delayed on the way: only the fencing token, checked by whoever receives it,
 * tells it from the next leader's.
 */
export interface Leader {
  /** Tells the three states apart. */
  readonly kind: 'Leader';
  /** The contended key. */
  readonly key: string;
  /** The Consul session that holds the lock. */
  readonly sessionId: string;
  /** Larger than the token of every earlier leader. */
  readonly fencingToken: FencingToken;
  /** When this process began to lead, in milliseconds since 1970 on its own clock. */
  readonly sinceMs: number;
  /**
   * When the lease ends unless it is extended, as known when this value was emitted, in milliseconds
   * since 1970. Extensions are not emitted; `leaseRemainingMs()` of the election knows the present.
   */
  readonly leaseEndMs: number;
  /** What the others see of this process; left out where it says nothing of itself. */
  readonly metadata?: LeaderInfo['metadata'];
  /**
   * What binds work to this term. Not enumerable, so that a state can be logged, compared and sent as
   * JSON. Left out in a leader that no election made, as in a marble test: its work is unsubscribed at
   * once.
   */
  readonly term?: Term;
}

/** What is known of another process that leads. */
export interface LeaderInfo {
  /** The Consul session that holds the lock. */
  readonly sessionId: string;
  /** What that process says of itself; text when it is not a JSON object, `undefined` when empty. */
  readonly metadata: JsonObject | string | undefined;
}

/** Somebody else leads, or nobody does at the moment. */
export interface Follower {
  /** Tells the three states apart. */
  readonly kind: 'Follower';
  /** The contended key. */
  readonly key: string;
  /** Who leads, as far as Consul says; `undefined` while nobody does. */
  readonly leader: LeaderInfo | undefined;
}

/** It is not known who leads, and it is certainly not this process. */
export interface LeadershipError {
  /** Tells the three states apart. */
  readonly kind: 'Error';
  /** The contended key. */
  readonly key: string;
  /** What went wrong, and what to do. */
  readonly error: ElectionError;
  /** Failures in a row. */
  readonly attempt: number;
  /** When the next try starts, in milliseconds since 1970; `undefined` while one is under way. */
  readonly nextAttemptAtMs: number | undefined;
}

/** What `leadership$` emits: one of three states, told apart by `kind`. */
export type Leadership = Leader | Follower | LeadershipError;
