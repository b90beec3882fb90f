import { BehaviorSubject } from 'rxjs';
import type { Contender } from '../leadership/contender.js';
import type { ElectionEvent } from '../leadership/electionEvent.js';
import { holdsNothing, newClaim, type Claim } from '../leadership/lockClaim.js';
import { joining, type ElectionState } from '../leadership/transition.js';
import type { Turn, AttemptEnd } from '../leadership/turn.js';
import type { Instant } from '../ports/instant.js';

/**
 * Why a lock is given back: the last subscriber of its key left, the key's election resigned, or it
 * stepped down and stays in the race.
 */
export type ReleaseReason = 'left' | 'resigned' | 'stepped down';

/**
 * One key of a group, as far as this process has got with it. There are many, so it is a plain record,
 * and what moves it along is shared by all of them.
 */
export interface Candidacy {
  readonly contender: Contender;
  /** What is told to the subscribers of the key; completes when the key has been left. */
  readonly state$: BehaviorSubject<ElectionState>;
  /** What is known of the key, told or just about to be. */
  election: ElectionState;
  /** What the present session may hold; `undefined` before the first. */
  claim: Claim | undefined;
  /** What this process is doing about the key with the present session. */
  phase: 'standing by' | 'claiming' | 'leading' | 'releasing';
  /** What becomes of the key once its lock is given back. */
  releaseReason: ReleaseReason | undefined;
  /** When the observation arrived by which a claim was refused; another is needed for the next one. */
  refusedAt: Instant | undefined;
  /** Since when it is left to others, being beyond this process's share. */
  deferredSince: Instant | undefined;
  /** Its turn at the free lock, from when it could be claimed; others may have the same. */
  turn: Turn | undefined;
  /** The claim has to wait: for the end of a lock-delay, for others to go first, or after a failure. */
  claimDelay: { readonly since: Instant; readonly forMs: number } | undefined;
}

/** Something that happened to one key. */
export interface CandidacyEvent {
  readonly candidacy: Candidacy;
  readonly event: ElectionEvent;
}

/** A key that has just been joined. */
export const newCandidacy = (contender: Contender): Candidacy => ({
  contender,
  state$: new BehaviorSubject(joining),
  election: joining,
  claim: undefined,
  phase: 'standing by',
  releaseReason: undefined,
  refusedAt: undefined,
  deferredSince: undefined,
  turn: undefined,
  claimDelay: undefined,
});

/** Lets a key take part with a session, of which it holds nothing yet. */
export function joinSession(candidacy: Candidacy, sessionId: string): Claim {
  const claim = newClaim(candidacy.contender, sessionId);
  candidacy.claim = claim;
  candidacy.refusedAt = undefined;
  candidacy.turn = undefined;
  if (candidacy.phase !== 'releasing') candidacy.phase = 'standing by';
  return claim;
}

/** The key's turn has passed; the next free lock brings another. */
export function endTurn(candidacy: Candidacy, end?: AttemptEnd): void {
  if (end) candidacy.turn?.end(end);
  candidacy.turn = undefined;
}

/** Notes that the lock is lost; the result is the event that says so. */
export function loseLock(candidacy: Candidacy, at: Instant): CandidacyEvent {
  standBy(candidacy);
  return { candidacy, event: { type: 'Lost', at } };
}

/** The lock is certainly not this session's, and may be claimed again. */
export function standBy(candidacy: Candidacy): void {
  candidacy.phase = 'standing by';
  if (candidacy.claim) holdsNothing(candidacy.claim);
}
