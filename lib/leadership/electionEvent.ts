import type { ElectionError } from '../errors.js';
import type { Instant } from '../ports/instant.js';
import type { Observation } from '../watch/watchKey.js';
import type { FreeLock } from './freeLock.js';

/** Evidence that the lock was this session's at some moment not before `sentAt`. */
interface LockEvidence {
  readonly sessionId: string;
  readonly modifyIndex: number;
  readonly sentAt: Instant;
}

/** The watch saw the key. */
export interface Observed extends FreeLock {
  readonly type: 'Observed';
  readonly at: Instant;
  /** This contender's session. */
  readonly sessionId: string;
  readonly observation: Observation;
}

/** Something failed and will be tried again. */
export interface Failed {
  readonly type: 'Failed';
  readonly at: Instant;
  readonly source: 'session' | 'lock' | 'watch';
  readonly error: ElectionError;
  readonly attempt: number;
  readonly delayMs: number;
}

/** What can happen to a contender. `at` is when it was noticed. */
export type ElectionEvent =
  | Observed
  | Failed
  /** Consul gave this session the lock. */
  | ({ readonly type: 'Acquired'; readonly at: Instant } & LockEvidence)
  /** A linearizable read showed the lock still held. */
  | ({ readonly type: 'Confirmed'; readonly at: Instant } & LockEvidence)
  /** Consul answered an attempt to take the lock, and did not give it. */
  | { readonly type: 'Refused'; readonly at: Instant }
  /** The lock is certainly not this session's any more. */
  | { readonly type: 'Lost'; readonly at: Instant }
  /** This contender gives leadership up. */
  | { readonly type: 'SteppedDown'; readonly at: Instant }
  /** The lease's timer fired. */
  | { readonly type: 'Expired'; readonly at: Instant };

/** What can be found out about the lock of a term besides its watch and its confirmations. */
export type LockReport = Extract<ElectionEvent, { type: 'Confirmed' | 'Lost' }>;
