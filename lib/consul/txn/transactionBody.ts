import { stringify } from 'lossless-json';
import { invalidOptions, optionProblem } from '../../config/decoding/problems.js';
import type { KeyOperation } from './operations.js';

/** What must be true of a lock for a transaction to be applied. */
export interface Fence {
  /** The key of the lock. */
  readonly key: string;
  /** ID of the session that must hold it. */
  readonly sessionId: string;
  /** Raft index of the lock's last change, which must still be the last one. */
  readonly modifyIndex: number;
}

/** The most operations of one transaction; one more is answered with 413. Observed on 1.8.7. */
const maxOperations = 64;

/** The longest body of a transaction, in bytes; a longer one is answered with 413. Observed on 1.8.7. */
const maxBodyBytes = 524_288;

/** How many operations the fence takes. */
export const fenceOperations = 2;

/** The body of a transaction that is applied only while the fence holds. */
export const transactionBody = (fence: Fence, operations: readonly KeyOperation[]): string =>
  stringify([...fenceOf(fence), ...operations.map(wireOf)]) ?? '';

/**
 * Throws `INVALID_OPTIONS` where the operations are more than one transaction takes. `lockKey` stands
 * in the fence, which needs room of its own.
 */
export function refuseOversized(operations: readonly KeyOperation[], lockKey: string): void {
  const most = maxOperations - fenceOperations;
  if (operations.length > most) {
    throw invalidOptions([
      optionProblem(
        'operations',
        operations.length,
        `Give at most ${most} operations: Consul takes ${maxOperations} in a transaction, and the fence needs ${fenceOperations}. Put the others in another transaction.`,
      ),
    ]);
  }
  const longest = { key: lockKey, sessionId: 'x'.repeat(36), modifyIndex: Number.MAX_SAFE_INTEGER };
  const bytes = Buffer.byteLength(transactionBody(longest, operations));
  if (bytes > maxBodyBytes) {
    throw invalidOptions([
      optionProblem(
        'operations',
        bytes,
        `Write less at once: Consul takes ${maxBodyBytes} bytes in a transaction, including keys, and base64 makes values a third longer.`,
      ),
    ]);
  }
}

const fenceOf = ({ key, sessionId, modifyIndex }: Fence): readonly object[] => [
  { KV: { Verb: 'check-session', Key: key, Session: sessionId } },
  { KV: { Verb: 'check-index', Key: key, Index: modifyIndex } },
];

function wireOf(operation: KeyOperation): object {
  const KV = { Verb: operation.verb, Key: keyOf(operation) };
  const index = 'modifyIndex' in operation ? { Index: operation.modifyIndex } : {};
  const written =
    'value' in operation
      ? {
          Value: Buffer.from(operation.value, 'utf8').toString('base64'),
          Flags: operation.flags ?? 0n,
        }
      : {};
  return { KV: { ...KV, ...index, ...written } };
}

/** The key of an operation, or the beginning of its keys. */
export const keyOf = (operation: KeyOperation): string =>
  operation.verb === 'delete-tree' ? operation.prefix : operation.key;
