import type { KeyEntry } from '../consul/http/answers.js';
import type { Contender } from './contender.js';
import { isHeldByAnother } from './holder.js';

/**
 * Whether an entry is a lock of this election: it has its flags, or it was seen held with them before and
 * was written over by hand since, which resets the flags and leaves the session and the `createIndex`. A
 * key that was deleted and made again has another `createIndex`.
 *
 * This decides who contends, and nothing about the lease: a claim is bound to the entry that was seen, and a
 * lock that was written over counts as abandoned, so it is left alone for the lock-delay as before.
 */
export const isOurLock = (
  { lockFlags, lastObserved }: Pick<Contender, 'lockFlags' | 'lastObserved'>,
  entry: KeyEntry | undefined,
): boolean =>
  entry === undefined ||
  entry.flags === lockFlags ||
  entry.createIndex === lastObserved.current?.lockCreateIndex;

/** The `createIndex` of the entry that was seen last as a lock of this election, held by any session. */
export const lockCreateIndexAfter = (
  { lockFlags, lastObserved }: Pick<Contender, 'lockFlags' | 'lastObserved'>,
  entry: KeyEntry | undefined,
): number | undefined =>
  entry?.sessionId !== undefined && entry.flags === lockFlags
    ? entry.createIndex
    : lastObserved.current?.lockCreateIndex;

/**
 * Whether an entry leaves the lock to be claimed. One that this session holds unknowingly, after an attempt
 * without an answer, is claimed like a free one.
 */
export const isClaimable = (
  contender: Pick<Contender, 'lockFlags' | 'lastObserved'>,
  sessionId: string,
  entry: KeyEntry | undefined,
): boolean => !isHeldByAnother(entry, sessionId) && isOurLock(contender, entry);
