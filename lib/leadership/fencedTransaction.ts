import { concatMap, defer, of, type Observable } from 'rxjs';
import type { KeyOperation } from '../consul/txn/operations.js';
import { decodeOperations } from '../consul/txn/operationsCodec.js';
import { refuseOversized } from '../consul/txn/transactionBody.js';
import {
  transact,
  type OperationFailure,
  type OperationResult,
} from '../consul/txn/fencedTransaction.js';
import { readEvidence } from '../lock/readEvidence.js';
import type { Contender } from './contender.js';
import type { LockReport } from './electionEvent.js';
import { remainingMs } from './lease.js';
import type { ElectionState, Holding } from './transition.js';

/** The operations were applied, all of them. */
export interface Committed<O extends readonly KeyOperation[]> {
  /** Tells the answers apart. */
  readonly kind: 'committed';
  /** What each operation gave, in their order. */
  readonly results: { readonly [I in keyof O]: OperationResult<O[I]> };
}

/** This process leads, but an operation's own condition did not hold. Nothing was applied. */
export interface Refused {
  /** Tells the answers apart. */
  readonly kind: 'refused';
  /** Every operation that could not be done. */
  readonly failures: readonly OperationFailure[];
}

/** This process does not lead, or no longer. Nothing was applied. */
export interface Fenced {
  /** Tells the answers apart. */
  readonly kind: 'fenced';
}

/** What became of a fenced transaction. */
export type FencedAnswer<O extends readonly KeyOperation[] = readonly KeyOperation[]> =
  Committed<O> | Refused | Fenced;

/** How a transaction learns of a term, and tells of its end. */
export interface TermAccess {
  /** What is known now. */
  readonly known: () => ElectionState | undefined;
  /** Takes note of something; heeded by the term that lasts now. */
  readonly report: (lockReport: LockReport) => void;
}

const fenced: Fenced = { kind: 'fenced' };

/**
 * Applies operations while the term that lasts now goes on, or not at all.
 *
 * The fence names the session and the entry's index. The session alone would not do: it may have led,
 * handed over and lead again, and a write that was late on its way would pass for one of the present.
 *
 * @throws `INVALID_OPTIONS` naming all problems at once
 */
export function fencedTransaction<O extends readonly KeyOperation[]>(
  contender: Contender,
  access: TermAccess,
  given: O,
): Observable<FencedAnswer<O>> {
  const operations = decodeOperations(given, contender.key);
  refuseOversized(operations, contender.key);
  const answer$ = defer(() => {
    const term = currentTerm(contender, access);
    return term ? attempt({ contender, access, operations, term }, term.modifyIndex) : of(fenced);
  });
  // `transact` gives a result to each operation by its verb, which the compiler cannot follow.
  return answer$ as Observable<FencedAnswer<O>>;
}

interface Undertaking {
  readonly contender: Contender;
  readonly access: TermAccess;
  readonly operations: readonly KeyOperation[];
  /** The term in which it began, and in which alone it may be tried again. */
  readonly term: Holding;
}

function attempt(undertaking: Undertaking, modifyIndex: number): Observable<FencedAnswer> {
  const { contender, operations, term } = undertaking;
  const { consul, key } = contender;
  const fence = { key, sessionId: term.sessionId, modifyIndex };
  return transact(consul, fence, operations).pipe(
    concatMap((answer): Observable<FencedAnswer> => {
      if (answer.kind === 'fence-changed') return afterLook(undertaking);
      if (answer.kind === 'fence-lost') return over(undertaking);
      return of(answer as FencedAnswer);
    }),
  );
}

/** Somebody wrote the key, which costs no leader the lock: looks who holds it, and tries again. */
function afterLook(undertaking: Undertaking): Observable<FencedAnswer> {
  const { contender, access, term } = undertaking;
  const { consul, key } = contender;
  const { sessionId } = term;
  return readEvidence(consul, key, sessionId, term.token).pipe(
    concatMap((evidence) => {
      if (evidence.kind === 'absent') return over(undertaking);
      const now = currentTerm(contender, access);
      if (!now || !isSame(now, term)) return of(fenced);
      const { modifyIndex, sentAt } = evidence;
      access.report({ type: 'Confirmed', at: consul.time.now(), sessionId, modifyIndex, sentAt });
      return attempt(undertaking, modifyIndex);
    }),
  );
}

/** The lock is another's or nobody's: the term ends at once, if it has not ended yet. */
function over({ contender, access, term }: Undertaking): Observable<Fenced> {
  const state = access.known();
  if (state?.kind === 'Holding' && isSame(state, term)) {
    access.report({ type: 'Lost', at: contender.consul.time.now() });
  }
  return of(fenced);
}

function currentTerm({ consul, timing }: Contender, { known }: TermAccess): Holding | undefined {
  const state = known();
  if (state?.kind !== 'Holding' || state.expired) return undefined;
  return remainingMs(timing, state.confirmedAt, consul.time.now()) > 0 ? state : undefined;
}

/** The same acquisition by the same session. */
const isSame = (one: Holding, other: Holding): boolean =>
  one.sessionId === other.sessionId && one.token === other.token;
