import * as E from 'fp-ts/lib/Either.js';
import type { OptionProblem } from '../errors.js';
import { decodingProblems } from './decodingProblems.js';
import { settledOrThrown } from './invalidOptions.js';
import { readsOnly, type KeyOperation } from './keyOperation.js';
import { keyOperationsCodec } from './keyOperationsCodec.js';
import { optionProblem } from './optionProblem.js';

/**
 * The operations as they were given, once nothing is wrong with any.
 *
 * @param lockKey - the key of the election, which none of them may change: deleted, it is free at once
 * @throws `INVALID_OPTIONS` naming all problems at once
 */
export function soundOperations<O extends readonly KeyOperation[]>(
  operations: O,
  lockKey: string,
): O {
  const decoded = keyOperationsCodec.decode({ operations });
  if (E.isLeft(decoded)) return settledOrThrown(E.left(decodingProblems(decoded.left)));
  const problems = operations.flatMap((operation, at) => changeOf(lockKey, operation, at));
  return settledOrThrown(problems.length > 0 ? E.left(problems) : E.right(operations));
}

function changeOf(lockKey: string, operation: KeyOperation, at: number): readonly OptionProblem[] {
  if (operation.verb === 'delete-tree') {
    return lockKey.startsWith(operation.prefix)
      ? [
          optionProblem(
            `operations.${at}.prefix`,
            operation.prefix,
            `Give a prefix that leaves the key of the election, "${lockKey}", out: deleted, it would be free for others at once.`,
          ),
        ]
      : [];
  }
  return operation.key === lockKey && !readsOnly(operation)
    ? [
        optionProblem(
          `operations.${at}.key`,
          operation.key,
          'Write to another key: this one is the lock of the election, and only the election may change it.',
        ),
      ]
    : [];
}
