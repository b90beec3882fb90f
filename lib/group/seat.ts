import { BehaviorSubject } from 'rxjs';
import type { Contender } from '../leadership/contender.js';
import type { ElectionEvent } from '../leadership/electionEvent.js';
import { joining, type ElectionState } from '../leadership/transition.js';
import type { Candidate } from '../leadership/vacate.js';
import type { Instant } from '../ports/instant.js';

/** What a session may hold of one key. */
export interface Stake extends Candidate {
  readonly seat: Seat;
  /** Raft index of the entry's last change as far as is known; `undefined` when it must be looked up. */
  lockIndex: number | undefined;
}

/**
 * Why a lock is given back: the last subscriber of its key left, the key's election resigned, or it
 * stepped down and stays in the race.
 */
export type Departure = 'left' | 'resigned' | 'stepped down';

/**
 * One key of a group, as far as this process has got with it. There are many, so it is a plain record,
 * and what moves it along is shared by all of them.
 */
export interface Seat {
  readonly contender: Contender;
  /** What is told to the subscribers of the key; completes when the key has been left. */
  readonly state$: BehaviorSubject<ElectionState>;
  /** What is known of the key, told or just about to be. */
  election: ElectionState;
  /** What the present session may hold; `undefined` before the first. */
  stake: Stake | undefined;
  /** What this process is doing about the key with the present session. */
  phase: 'standing by' | 'claiming' | 'leading' | 'vacating';
  /** What becomes of the key once its lock is given back. */
  departure: Departure | undefined;
  /** When the sighting arrived by which a claim was refused; another is needed for the next one. */
  refusedBy: Instant | undefined;
  /** Since when it is left to others, being beyond this process's share. */
  yieldedSince: Instant | undefined;
  /** The claim has to wait: for the end of a lock-delay, for others to go first, or after a failure. */
  heldOff: { readonly since: Instant; readonly forMs: number } | undefined;
}

/** Something that happened to one key. */
export interface SeatEvent {
  readonly seat: Seat;
  readonly event: ElectionEvent;
}

/** A key that has just been joined. */
export const newSeat = (contender: Contender): Seat => ({
  contender,
  state$: new BehaviorSubject(joining),
  election: joining,
  stake: undefined,
  phase: 'standing by',
  departure: undefined,
  refusedBy: undefined,
  yieldedSince: undefined,
  heldOff: undefined,
});

/** Lets a key take part with a session, of which it holds nothing yet. */
export function enrol(seat: Seat, sessionId: string): Stake {
  const stake = { seat, sessionId, mayHold: false, hasLed: false, lockIndex: undefined };
  seat.stake = stake;
  seat.refusedBy = undefined;
  if (seat.phase !== 'vacating') seat.phase = 'standing by';
  return stake;
}

/** The lock is certainly not this session's: nothing has to be given back. */
export function holdsNothing(seat: Seat): void {
  seat.phase = 'standing by';
  if (!seat.stake) return;
  seat.stake.mayHold = false;
  seat.stake.lockIndex = undefined;
}
