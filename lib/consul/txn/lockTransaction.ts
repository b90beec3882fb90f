import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import { stringify } from 'lossless-json';
import type { Observable } from 'rxjs';
import { isElectionError, type ElectionError } from '../../errors.js';
import type { Instant } from '../../ports/instant.js';
import type { TransportResponse } from '../../ports/transport.js';
import { classifyFailure } from '../http/failures.js';
import { decode, txnErrorsCodec, txnResultsCodec } from '../http/decode.js';
import type { Consul } from '../http/consul.js';
import { keyRule } from '../http/acl.js';
import { send } from '../http/send.js';

/** How many locks fit into one transaction: Consul takes 64 operations, and each lock needs two. */
export const maxLocksPerTransaction = 32;

/** What a transaction does with one lock: at most two operations, as Consul's API names their parts. */
export interface LockOperations {
  readonly key: string;
  readonly operations: readonly object[];
}

/** What a transaction is made of. */
export interface LockTransaction<R extends string> {
  /** The session in question. */
  readonly sessionId: string;
  readonly locks: readonly LockOperations[];
  /** What the texts of a refused operation mean; the first that fits any text of a key counts. */
  readonly refusals: readonly (readonly [text: string, reason: R])[];
}

/** All of it was applied, at one raft index, or nothing: then, for which locks it was refused, and why. */
export type LocksAnswer<R extends string> =
  | {
      readonly kind: 'applied';
      readonly modifyIndexOf: ReadonlyMap<string, number>;
      readonly sentAt: Instant;
    }
  | {
      readonly kind: 'refused';
      /** Locks that stand not here were refused only because of the others. */
      readonly refusals: ReadonlyMap<string, R | ElectionError>;
      readonly sentAt: Instant;
    };

/**
 * Takes or gives back several locks at once, all or none: `PUT /v1/txn`.
 *
 * Consul lists every operation that failed, except that a lock-delay is looked for before all others.
 * A lost session is an error of the whole.
 *
 * Source: https://developer.hashicorp.com/consul/api-docs/txn.
 */
export function transactLocks<R extends string>(
  consul: Consul,
  transaction: LockTransaction<R>,
): Observable<LocksAnswer<R>> {
  const { locks, sessionId } = transaction;
  const [first] = locks;
  return send(consul, {
    method: 'PUT',
    path: '/v1/txn',
    // The flags must be digits, and `JSON.stringify` has no integers above 2^53.
    body: stringify(locks.flatMap(({ operations }) => operations)) ?? '',
    rule: keyRule(first?.key ?? '', 'write'),
    sessionId,
    expected: [409],
    read: (response, sentAt) =>
      response.status === 409
        ? refused(response, sentAt, transaction)
        : applied(response, sentAt, locks),
  });
}

const applied = (
  { body }: TransportResponse,
  sentAt: Instant,
  locks: readonly LockOperations[],
): E.Either<string, LocksAnswer<never>> =>
  pipe(
    decode(txnResultsCodec, body),
    E.chain(({ Results }) => {
      const modifyIndexOf = new Map(Results.map(({ KV }) => [KV.Key, KV.ModifyIndex]));
      return locks.every(({ key }) => modifyIndexOf.has(key))
        ? E.right({ kind: 'applied', modifyIndexOf, sentAt })
        : E.left('it does not contain the key');
    }),
  );

function refused<R extends string>(
  response: TransportResponse,
  sentAt: Instant,
  { locks, sessionId, refusals }: LockTransaction<R>,
): E.Either<string | ElectionError, LocksAnswer<R>> {
  const keyAt = locks.flatMap(({ key, operations }) => operations.map(() => key));
  const failure = (key: string, body: string): ElectionError =>
    classifyFailure(
      { ...response, body },
      { rule: keyRule(key, 'write'), sessionId, what: 'PUT /v1/txn' },
    );
  const reasonOf = (key: string, said: string): R | ElectionError => {
    const error = failure(key, said);
    // Whatever else is wrong with the lock, a session that is gone must be replaced first.
    if (error.code === 'SESSION_LOST') return error;
    return refusals.find(([text]) => said.includes(text))?.[1] ?? error;
  };

  return pipe(
    decode(txnErrorsCodec, response.body),
    E.chainW(({ Errors }): E.Either<string | ElectionError, LocksAnswer<R>> => {
      const said = new Map<string, string>();
      for (const { OpIndex, What } of Errors) {
        const key = keyAt[OpIndex];
        if (key === undefined) return E.left('it names an operation that was not sent');
        const before = said.get(key);
        said.set(key, before === undefined ? What : `${before}; ${What}`);
      }
      if (said.size === 0) return E.left(failure(locks[0]?.key ?? '', ''));
      const reasons = new Map([...said].map(([key, text]) => [key, reasonOf(key, text)]));
      const lost = [...reasons.values()].find(
        (reason) => isElectionError(reason) && reason.code === 'SESSION_LOST',
      );
      return isElectionError(lost)
        ? E.left(lost)
        : E.right({ kind: 'refused', refusals: reasons, sentAt });
    }),
  );
}
