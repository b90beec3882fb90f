import * as t from 'io-ts';
import type { Observable } from 'rxjs';
import { keyPath, keyRule } from '../http/acl.js';
import type { Consul } from '../http/consul.js';
import { decode } from '../http/decode.js';
import { send } from '../http/send.js';
import { transactLocks, type LocksAnswer } from './lockTransaction.js';

/** The lock to give back. */
export interface ReleaseRequest {
  /** The key, as it is called in Consul's KV store. */
  readonly key: string;
  /** ID of the session that holds it. */
  readonly sessionId: string;
  /** The key's value from now on; a release always writes one. */
  readonly value: string;
  /** The key's flags from now on; left out they would become 0. */
  readonly flags: bigint;
}

/** Gives a lock back: `PUT /v1/kv/:key?release=`. Emits whether the session held it. */
export function releaseKey(consul: Consul, request: ReleaseRequest): Observable<boolean> {
  return send(consul, {
    method: 'PUT',
    path: keyPath(request.key),
    query: { release: request.sessionId, flags: request.flags.toString() },
    body: request.value,
    rule: keyRule(request.key, 'write'),
    read: ({ body }) => decode(t.boolean, body),
  });
}

/** Locks to give back together. */
export interface ReleaseKeysRequest {
  /** ID of the session that holds them. */
  readonly sessionId: string;
  /** The keys' value from now on; a release always writes one. */
  readonly value: string;
  /** The keys' flags from now on; left out they would become 0. */
  readonly flags: bigint;
  /** At most `maxLocksPerTransaction` of them, each with the raft index of its entry's last change. */
  readonly locks: readonly { readonly key: string; readonly modifyIndex: number }[];
}

/**
 * Why a lock is not given back: the session does not hold it, so there is nothing to do, or somebody
 * wrote the entry since it was read.
 */
export type ReleaseRefusal = 'not-held' | 'changed';

const refusals: readonly (readonly [text: string, reason: ReleaseRefusal])[] = [
  ["lock isn't held", 'not-held'],
  ["doesn't exist", 'not-held'],
  ['failed index check', 'changed'],
];

/**
 * Gives locks back, all or none. Each release is bound to the entry's index, so that one which arrives
 * late cannot take the lock from a later term of the same session.
 */
export function releaseKeys(
  consul: Consul,
  { sessionId, value, flags, locks }: ReleaseKeysRequest,
): Observable<LocksAnswer<ReleaseRefusal>> {
  const Value = Buffer.from(value, 'utf8').toString('base64');
  return transactLocks(consul, {
    sessionId,
    refusals,
    locks: locks.map(({ key, modifyIndex }) => ({
      key,
      operations: [
        { KV: { Verb: 'check-index', Key: key, Index: modifyIndex } },
        { KV: { Verb: 'unlock', Key: key, Value, Flags: flags, Session: sessionId } },
      ],
    })),
  });
}
