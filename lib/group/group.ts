import { Subject, type ObservableInput } from 'rxjs';
import type { Balance } from '../config/model/settings.js';
import type { KeyEntry } from '../consul/http/answers.js';
import type { Circumstances } from '../leadership/contender.js';
import type { ReleaseTerms } from '../leadership/release.js';
import type { Turn } from '../leadership/turn.js';
import type { PrefixSighting } from '../watch/watchPrefix.js';
import type { Seat, SeatEvent } from './seat.js';

/** A sighting of the prefix, by key. */
export interface Listing {
  /** The session during which it was seen. */
  readonly sessionId: string;
  readonly sighting: PrefixSighting;
  readonly entryOf: ReadonlyMap<string, KeyEntry>;
}

/** What does not change while a group works. */
export interface GroupTerms extends Circumstances, ReleaseTerms {
  readonly prefix: string;
  readonly balance: Balance | undefined;
  /** What the lock of a key waits for before it is given back; the key is the whole one. */
  readonly beforeRelease: (key: string) => ObservableInput<unknown>;
  /** Called when `beforeRelease` takes longer than its budget. */
  readonly onOverrun: (key: string) => void;
}

/** The whole keys that an announcement names, if it names any, as it was last written. */
export interface Announced {
  readonly modifyIndex: number;
  readonly keys: ReadonlySet<string> | undefined;
}

/** What a group works on: its terms, and the keys that have been joined. */
export interface Group extends GroupTerms {
  /** By the whole key. */
  readonly seats: Map<string, Seat>;
  /** The turn that keys get which become free while it has not come yet. */
  turn: Turn | undefined;
  /** What the watch of the prefix saw last. */
  seen: Listing | undefined;
  /** What the announcements of others have said, by their keys. */
  readonly announced: Map<string, Announced>;
  /** Keys that are joined. */
  readonly joined$: Subject<Seat>;
  /** Keys that are to be given back, with their departure. */
  readonly departing$: Subject<Seat>;
  /** Keys that have been given back, or whose departure was called off before anything was. */
  readonly concluded$: Subject<Seat>;
  /** What was found out about the lock of a tenure besides its watch and its proofs. */
  readonly found$: Subject<SeatEvent>;
  /** Emits when a claim may have become possible. */
  readonly stirred$: Subject<void>;
}

/** A group without keys. */
export const groupOf = (terms: GroupTerms): Group => ({
  ...terms,
  seats: new Map(),
  turn: undefined,
  seen: undefined,
  announced: new Map(),
  // What comes from outside of any stream, and what one shared stream has to tell another.
  joined$: new Subject(),
  departing$: new Subject(),
  concluded$: new Subject(),
  found$: new Subject(),
  stirred$: new Subject(),
});

/** The keys that lead, as far as is known. */
export const leadingSeats = ({ seats }: Group): readonly Seat[] =>
  [...seats.values()].filter(({ phase }) => phase === 'leading');
