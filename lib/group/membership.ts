import type { KeyEntry } from '../consul/http/answers.js';
import { contenderFor, type Contender } from '../leadership/contender.js';
import { isAnnouncement } from './announcement.js';
import type { Group, GroupTerms } from './group.js';
import { enrol, newSeat, type Departure, type Seat } from './seat.js';

/** All that the election of one key of a group needs. */
export const keyContender = (terms: GroupTerms, key: string): Contender =>
  contenderFor(terms, {
    key,
    beforeRelease: () => terms.beforeRelease(key),
    onOverrun: () => terms.onOverrun(key),
  });

/** Takes a key into the group, also one that is just being given back: then it stays. */
export function join(group: Group, contender: Contender): Seat {
  const { concluded$, joined$, seats, stirred$ } = group;
  const known = seats.get(contender.key);
  if (known !== undefined) {
    const isCalledOff = known.departure !== undefined && known.phase !== 'vacating';
    known.departure = undefined;
    // Whoever waits for the end of what it left need not wait for the end of what begins now.
    if (isCalledOff) concluded$.next(known);
    // A key that is being left is claimed by nobody, whatever has been seen of it meanwhile.
    stirred$.next();
    return known;
  }
  const seat = newSeat(contender);
  seats.set(contender.key, seat);
  joined$.next(seat);
  return seat;
}

/** Gives a key back. A claim that is under way is finished first, and what it took is given back, too. */
export function depart({ departing$, seats }: Group, seat: Seat, departure: Departure): void {
  if (seats.get(seat.contender.key) !== seat) return;
  seat.departure = departure;
  if (seat.phase === 'standing by' || seat.phase === 'leading') departing$.next(seat);
}

/**
 * Gives back the locks that the session holds of keys which nobody of this process has joined: an attempt
 * that was given up with its key has arrived late, and would keep the key from everybody. They are left
 * like any other key, so that whoever joins one meanwhile keeps it, and nobody leads by it before.
 */
export function leaveStrays(group: Group, sessionId: string): void {
  const { departing$, lockFlags, seats, seen } = group;
  const isStray = ({ key, flags, sessionId: holder }: KeyEntry): boolean =>
    holder === sessionId &&
    // What somebody else does with this session is not the group's.
    flags === lockFlags &&
    !seats.has(key) &&
    !isAnnouncement(group, key);
  for (const { key, modifyIndex } of seen?.sighting.entries.filter(isStray) ?? []) {
    const seat = newSeat(keyContender(group, key));
    const claim = enrol(seat, sessionId);
    claim.mayHold = true;
    claim.lockIndex = modifyIndex;
    seat.departure = 'left';
    seats.set(key, seat);
    departing$.next(seat);
  }
}
