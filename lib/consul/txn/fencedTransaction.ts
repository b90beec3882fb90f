import * as E from 'fp-ts/lib/Either.js';
import { pipe } from 'fp-ts/lib/function.js';
import type { Observable } from 'rxjs';
import {
  readsOnly,
  type CasOperation,
  type GetOperation,
  type KeyOperation,
  type SetOperation,
} from './operations.js';
import type { ElectionError } from '../../errors.js';
import type { TransportResponse } from '../../ports/transport.js';
import type { KeyEntry } from '../http/answers.js';
import { classifyFailure, type FailureContext } from '../http/failures.js';
import { decode, entryOf, txnEntriesCodec, txnErrorsCodec } from '../http/decode.js';
import type { Consul } from '../http/consul.js';
import { keyRule, prefixRule } from '../http/acl.js';
import { send } from '../http/send.js';
import { fenceOperations, keyOf, transactionBody, type Fence } from './transactionBody.js';

/** What a transaction has written. */
export interface WrittenEntry {
  /** The key. */
  readonly key: string;
  /** Raft index of the transaction, for a later `cas`. */
  readonly modifyIndex: number;
}

/** What one operation gives: the entry it read, where it wrote, or nothing. */
export type OperationResult<O extends KeyOperation> = O extends GetOperation
  ? KeyEntry
  : O extends SetOperation | CasOperation
    ? WrittenEntry
    : undefined;

/** Why an operation cannot be done. */
export interface OperationFailure {
  /** Its place among the operations, from 0 on. */
  readonly operation: number;
  /** There is no such entry, there is one already, or it is not the one that was read. */
  readonly reason: 'absent' | 'exists' | 'changed';
}

/** What became of a transaction. Unless it was committed, nothing of it was applied. */
export type TransactAnswer =
  | {
      readonly kind: 'committed';
      readonly results: readonly (KeyEntry | WrittenEntry | undefined)[];
    }
  | { readonly kind: 'refused'; readonly failures: readonly OperationFailure[] }
  /** The session holds the lock, but the entry was written since. */
  | { readonly kind: 'fence-changed' }
  /** The session does not hold the lock. */
  | { readonly kind: 'fence-lost' };

/**
 * Applies all operations or none, and only while the fence holds: `PUT /v1/txn`.
 *
 * An error leaves open whether they were applied, unless its code says that Consul refused.
 */
export function transact(
  consul: Consul,
  fence: Fence,
  operations: readonly KeyOperation[],
): Observable<TransactAnswer> {
  const context = { rule: keyRule(fence.key, 'write') };
  return send(consul, {
    ...context,
    method: 'PUT',
    path: '/v1/txn',
    body: transactionBody(fence, operations),
    expected: [409],
    read: (response) =>
      response.status === 409
        ? refusal(response, operations, { ...context, what: 'PUT /v1/txn' })
        : committed(response, operations),
  });
}

function committed(
  { body }: TransportResponse,
  operations: readonly KeyOperation[],
): E.Either<string, TransactAnswer> {
  return pipe(
    decode(txnEntriesCodec, body),
    E.chain(({ Results }) => {
      const entries = Results.slice(fenceOperations).map(({ KV }) => entryOf(KV));
      const reporting = operations.filter(reports);
      const fits =
        entries.length === reporting.length &&
        reporting.every((operation, at) => entries[at]?.key === keyOf(operation));
      if (!fits) return E.left('its results do not match the operations');
      const results = operations.map((operation) =>
        reports(operation) ? resultOf(operation, entries.shift()) : undefined,
      );
      return E.right({ kind: 'committed', results });
    }),
  );
}

/** Whether Consul lists something for the operation when it was applied. */
const reports = ({ verb }: KeyOperation): boolean =>
  verb === 'get' || verb === 'set' || verb === 'cas' || verb === 'check-index';

function resultOf({ verb }: KeyOperation, entry: KeyEntry | undefined) {
  if (verb === 'get' || entry === undefined) return entry;
  return verb === 'check-index' ? undefined : { key: entry.key, modifyIndex: entry.modifyIndex };
}

/** What the texts of a refused operation mean; the first that fits counts. */
const reasons: readonly (readonly [text: string, reason: OperationFailure['reason']])[] = [
  ["doesn't exist", 'absent'],
  ['index is stale', 'changed'],
  ['failed index check', 'changed'],
  ['failed session check', 'changed'],
  ['exists', 'exists'],
];

/** Consul lists every operation that failed, those of the fence among them. */
function refusal(
  response: TransportResponse,
  operations: readonly KeyOperation[],
  context: FailureContext,
): E.Either<string | ElectionError, TransactAnswer> {
  return pipe(
    decode(txnErrorsCodec, response.body),
    E.chainW(({ Errors }): E.Either<ElectionError, TransactAnswer> => {
      const failures = Errors.flatMap(({ OpIndex, What }) => {
        const reason = reasons.find(([text]) => What.includes(text))?.[1];
        return reason === undefined ? [] : [{ operation: OpIndex - fenceOperations, reason }];
      });
      if (failures.length < Errors.length || failures.length === 0) {
        const body = Errors.map(({ What }) => What).join('; ');
        const rule = ruleOf(operations[(Errors[0]?.OpIndex ?? 0) - fenceOperations]);
        return E.left(classifyFailure({ ...response, body }, { ...context, ...rule }));
      }
      const first = Math.min(...failures.map(({ operation }) => operation));
      if (first === -fenceOperations) return E.right({ kind: 'fence-lost' });
      return E.right(first < 0 ? { kind: 'fence-changed' } : { kind: 'refused', failures });
    }),
  );
}

/** The ACL rule that an operation needs; the fence needs that of the lock. */
function ruleOf(operation: KeyOperation | undefined): { readonly rule?: string } {
  if (operation === undefined) return {};
  if (operation.verb === 'delete-tree') {
    return { rule: prefixRule(operation.prefix, 'write') };
  }
  return { rule: keyRule(operation.key, readsOnly(operation) ? 'read' : 'write') };
}
