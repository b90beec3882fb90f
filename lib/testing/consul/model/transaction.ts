import * as E from 'fp-ts/lib/Either.js';
import { isDelayed } from './lockDelays.js';
import { nextEntry, type ConsulState, type ModelEntry } from './state.js';
import { isRead, verbOf, type TransactionOperation } from './verbs.js';

/** One operation that failed, by its place in the transaction. */
export interface TransactionError {
  readonly opIndex: number;
  readonly what: string;
}

/** What a transaction gives: every result, or every operation that failed. */
export type TransactionOutcome = E.Either<readonly TransactionError[], readonly ModelEntry[]>;

/**
 * Applies all operations at one raft index, each seeing the ones before it, or none at all.
 *
 * An operation without a key and a lock-delay are found before the log, so they are reported alone;
 * otherwise every operation that fails is.
 */
export function applyTransaction(
  state: ConsulState,
  operations: readonly TransactionOperation[],
  nowMs: number,
): readonly [ConsulState, TransactionOutcome] {
  const refusals = operations.flatMap((operation, opIndex) => {
    const what = refusal(state, operation, nowMs);
    return what === undefined ? [] : [{ opIndex, what }];
  });
  if (refusals.length > 0) return [state, E.left(refusals)];
  const logged = operations.every(isRead) ? state : nextEntry(state);
  const end = operations.reduce(step, { state: logged, results: [], errors: [] });
  return end.errors.length > 0 ? [logged, E.left(end.errors)] : [end.state, E.right(end.results)];
}

interface Progress {
  readonly state: ConsulState;
  readonly results: readonly ModelEntry[];
  readonly errors: readonly TransactionError[];
}

function step(progress: Progress, operation: TransactionOperation, opIndex: number): Progress {
  const outcome = verbOf(operation)(progress.state, operation);
  if (E.isLeft(outcome)) {
    return { ...progress, errors: [...progress.errors, { opIndex, what: outcome.left }] };
  }
  const [state, results] = outcome.right;
  return { ...progress, state, results: [...progress.results, ...results] };
}

function refusal(
  state: ConsulState,
  { verb, key }: TransactionOperation,
  nowMs: number,
): string | undefined {
  if (key === '' && verb !== 'delete-tree') return 'Must provide key';
  return verb === 'lock' && isDelayed(state, key, nowMs)
    ? `failed to lock key "${key}" due to lock delay`
    : undefined;
}
