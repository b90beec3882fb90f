import type { KeyEntry } from '../consul/http/answers.js';
import type { ElectionError } from '../errors.js';
import type { Instant } from '../ports/instant.js';
import type { ElectionEvent, Failed, Observed } from './electionEvent.js';
import { isHeldByAnother } from './holder.js';
import { remainingMs, type LeaseTiming } from './lease.js';

/** A failure that has not been followed by a success yet. */
export interface Failure {
  /** What failed, and so what has to succeed. */
  readonly source: Failed['source'];
  readonly error: ElectionError;
  readonly attempt: number;
  readonly nextAttemptAtMs: number;
}

/** A lock that is held as far as is known, and the confirmation of it. */
export interface Holding {
  readonly kind: 'Holding';
  readonly sessionId: string;
  /** The `modifyIndex` of the acquisition: the fencing token. */
  readonly token: number;
  /** The entry's `modifyIndex` as it was confirmed last: above the token once somebody has written the key. */
  readonly modifyIndex: number;
  /** When leadership began or was regained. */
  readonly since: Instant;
  /** When the request was sent that proved the lock last. */
  readonly confirmedAt: Instant;
  /** Whether the lease ended before the lock was confirmed anew. */
  readonly expired: boolean;
  readonly failure: Failure | undefined;
}

/** Everything that is known to a contender between two events. */
export type ElectionState =
  | { readonly kind: 'Joining'; readonly failure: Failure | undefined }
  | {
      readonly kind: 'StandingBy';
      /** The entry of the key while another session holds it. */
      readonly holder: KeyEntry | undefined;
      readonly failure: Failure | undefined;
    }
  | Holding;

/** A contender about which nothing is known yet. */
export const joining: ElectionState = { kind: 'Joining', failure: undefined };

const standingBy = (holder?: KeyEntry, failure?: Failure): ElectionState => ({
  kind: 'StandingBy',
  holder,
  failure,
});

/**
 * What a contender knows after an event. Pure: no clock is read here but the event's own.
 *
 * Two rules carry the safety. Only `Acquired` and `Confirmed` start or extend a lease, from the moment
 * their request was sent. And any event that comes after the lease's end ends leadership first, so a
 * process that slept through its own timer does not go on as if nothing had been.
 *
 * @returns the states to pass through, in order: one, or two when the lease turns out to have ended
 */
export function transition(
  timing: LeaseTiming,
  state: ElectionState,
  event: ElectionEvent,
): readonly [ElectionState, ...ElectionState[]] {
  const overdue =
    state.kind === 'Holding' &&
    !state.expired &&
    remainingMs(timing, state.confirmedAt, event.at) <= 0;
  if (!overdue) return [apply(timing, state, event)];
  const expired: Holding = { ...state, expired: true };
  return event.type === 'Expired' ? [expired] : [expired, apply(timing, expired, event)];
}

function apply(timing: LeaseTiming, state: ElectionState, event: ElectionEvent): ElectionState {
  switch (event.type) {
    case 'Observed':
      return afterObservation(state, event);
    case 'Acquired':
    case 'Confirmed':
      return afterEvidence(timing, state, event);
    case 'Refused':
      return state.kind === 'StandingBy' ? standingBy(state.holder) : state;
    case 'Lost':
      // To a follower the loss of its session says nothing about who leads.
      return state.kind === 'Holding' ? standingBy() : state;
    case 'SteppedDown':
      return standingBy(state.kind === 'StandingBy' ? state.holder : undefined);
    case 'Expired':
      return state.kind === 'Holding' ? { ...state, expired: true } : state;
    case 'Failed':
      return afterFailure(state, event);
  }
}

/** A watch may lag behind or run ahead, so what it sees never ends or extends a lease by itself. */
function afterObservation(
  state: ElectionState,
  { observation: { entry }, sessionId }: Observed,
): ElectionState {
  if (state.kind === 'Holding') return state;
  if (isHeldByAnother(entry, sessionId)) return standingBy(entry);
  // A watch that works says nothing of a claim that fails: that one goes on until it has an answer.
  const { failure } = state;
  return standingBy(undefined, failure?.source === 'lock' ? failure : undefined);
}

function afterEvidence(
  timing: LeaseTiming,
  state: ElectionState,
  {
    sessionId,
    modifyIndex,
    sentAt,
    at,
  }: Extract<ElectionEvent, { type: 'Acquired' | 'Confirmed' }>,
): ElectionState {
  const before = state.kind === 'Holding' && state.sessionId === sessionId ? state : undefined;
  const continued = before?.expired === false ? before : undefined;
  // Confirmations are asked for side by side, and the answer of an older one may come last.
  if (continued && continued.confirmedAt.monotonicMs > sentAt.monotonicMs) return continued;
  // An entry that nobody has written since the last confirmation has never left this session's hands, and its
  // token stays across an expiry: of one lock with two tokens, writes of the older could pass after the newer.
  const unbroken = continued ?? (before?.modifyIndex === modifyIndex ? before : undefined);
  return {
    kind: 'Holding',
    sessionId,
    modifyIndex,
    // A plain PUT by anybody changes the index of a held key; the token of an unbroken lease stays.
    token: unbroken?.token ?? modifyIndex,
    since: continued?.since ?? at,
    confirmedAt: sentAt,
    expired: remainingMs(timing, sentAt, at) <= 0,
    failure: undefined,
  };
}

function afterFailure(
  state: ElectionState,
  { source, error, attempt, delayMs, at }: Failed,
): ElectionState {
  // A leader's watch only makes it notice a loss sooner; what confirms the lock is its own matter.
  if (state.kind === 'Holding' && source === 'watch') return state;
  // While a claim fails, what its watch does is no news: the two would take turns in being told.
  if (state.failure?.source === 'lock' && source === 'watch') return state;
  // A session that failed is given up and its lock released, so nobody may go on leading with it.
  const after = state.kind === 'Holding' && source === 'session' ? standingBy() : state;
  return { ...after, failure: { source, error, attempt, nextAttemptAtMs: at.wallMs + delayMs } };
}
