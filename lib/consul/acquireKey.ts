import { map, type Observable } from 'rxjs';
import { isElectionError } from '../errors.js';
import { acquireKeys, type AcquireKeysRequest, type WantedLock } from './acquireKeys.js';
import type { AcquireAnswer } from './answers.js';
import type { Consul } from './consul.js';

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
