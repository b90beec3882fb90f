import { map, type Observable } from 'rxjs';
import { isElectionError } from '../../errors.js';
import type { AcquireAnswer, RefusalReason } from '../http/answers.js';
import type { Consul } from '../http/consul.js';
import { transactLocks, type LocksAnswer } from './lockTransaction.js';

/** The lock to take. */
export interface AcquireRequest extends WantedLock {
  /** ID of the session that is to hold it. */
  readonly sessionId: string;
  /** The key's value while it is held. */
  readonly value: string;
  /** The key's flags, an unsigned number of 64 bits. */
  readonly flags: bigint;
}

/** Takes one lock; see {@link acquireKeys}. */
export function acquireKey(consul: Consul, request: AcquireRequest): Observable<AcquireAnswer> {
  const { key, expected, ...rest } = request;
  const lock = expected === undefined ? { key } : { key, expected };
  const together: AcquireKeysRequest = { ...rest, locks: [lock] };
  return acquireKeys(consul, together).pipe(
    map((answer): AcquireAnswer => {
      const { sentAt } = answer;
      if (answer.kind === 'applied') {
        return { kind: 'acquired', modifyIndex: answer.modifyIndexOf.get(key) ?? 0, sentAt };
      }
      const reason = answer.refusals.get(key) ?? 'changed';
      if (isElectionError(reason)) throw reason;
      return { kind: 'refused', reason, sentAt };
    }),
  );
}

/** An entry that must not have changed. */
export interface ExpectedEntry {
  /** Raft index of the entry's last change, as it was read. */
  readonly modifyIndex: number;
}

/** One of the locks to take. */
export interface WantedLock {
  /** The key, as it is called in Consul's KV store. */
  readonly key: string;
  /** Takes the lock only where this entry, or none, still stands. Defaults to whatever stands there. */
  readonly expected?: ExpectedEntry | 'absent';
}

/** Locks to take together. */
export interface AcquireKeysRequest {
  /** ID of the session that is to hold them. */
  readonly sessionId: string;
  /** The keys' value while they are held. */
  readonly value: string;
  /** The keys' flags, an unsigned number of 64 bits. */
  readonly flags: bigint;
  /** At most `maxLocksPerTransaction` of them. */
  readonly locks: readonly WantedLock[];
}

/**
 * What the texts of a refused lock mean. Consul lists every operation that failed, except that a
 * lock-delay is checked before all others. An entry that changed is read again anyway, which shows
 * whether somebody holds it.
 */
const refusals: readonly (readonly [text: string, reason: RefusalReason])[] = [
  ['due to lock delay', 'lock-delay'],
  ['failed index check', 'changed'],
  ['exists', 'changed'],
  ["doesn't exist", 'changed'],
  ['lock is already held', 'held'],
];

/**
 * Takes locks in one round trip, all or none: a transaction with the verb `lock`, which brings the
 * fencing token with it and says why it is refused. Taking a lock that the session holds already
 * changes nothing.
 */
export function acquireKeys(
  consul: Consul,
  { sessionId, value, flags, locks }: AcquireKeysRequest,
): Observable<LocksAnswer<RefusalReason>> {
  const Value = Buffer.from(value, 'utf8').toString('base64');
  return transactLocks(consul, {
    sessionId,
    refusals,
    locks: locks.map(({ key, expected }) => ({
      key,
      operations: [
        ...conditionOf(key, expected),
        { KV: { Verb: 'lock', Key: key, Value, Flags: flags, Session: sessionId } },
      ],
    })),
  });
}

function conditionOf(key: string, expected: WantedLock['expected']): readonly object[] {
  if (expected === undefined) return [];
  return expected === 'absent'
    ? [{ KV: { Verb: 'check-not-exists', Key: key } }]
    : [{ KV: { Verb: 'check-index', Key: key, Index: expected.modifyIndex } }];
}
