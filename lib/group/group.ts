import { defer, EMPTY, Subject, type Observable, type ObservableInput } from 'rxjs';
import type { Balance } from '../config/model/settings.js';
import type { KeyEntry } from '../consul/http/answers.js';
import type { ElectionContext } from '../leadership/contender.js';
import type { ReleaseContext } from '../leadership/release.js';
import type { Turn } from '../leadership/turn.js';
import type { PrefixObservation } from '../watch/watchPrefix.js';
import type { Candidacy, CandidacyEvent } from './candidacy.js';

/** An observation of the prefix, by key. */
export interface Listing {
  /** The session during which it was seen. */
  readonly sessionId: string;
  readonly observation: PrefixObservation;
  readonly entryOf: ReadonlyMap<string, KeyEntry>;
}

/** What does not change while a group works. */
export interface GroupContext extends ElectionContext, ReleaseContext {
  readonly prefix: string;
  readonly balance: Balance | undefined;
  /** What the lock of a key waits for before it is given back; the key is the whole one. */
  readonly beforeRelease: (key: string) => ObservableInput<unknown>;
  /** Called when `beforeRelease` takes longer than its budget. */
  readonly onOverrun: (key: string) => void;
}

/** The whole keys that a registration names, if it names any, as it was last written. */
export interface RegisteredKeys {
  readonly modifyIndex: number;
  readonly keys: ReadonlySet<string> | undefined;
}

/** What a group works on: its terms, and the keys that have been joined. */
export interface Group extends GroupContext {
  /** By the whole key. */
  readonly candidacies: Map<string, Candidacy>;
  /** The turn that keys get which become free while it has not come yet. */
  turn: Turn | undefined;
  /** What the watch of the prefix saw last. */
  seen: Listing | undefined;
  /** What the registrations of others have said, by their keys. */
  readonly registered: Map<string, RegisteredKeys>;
  /** Keys that are joined. */
  readonly joined$: Subject<Candidacy>;
  /** Keys that are to be given back, with the reason. */
  readonly releasing$: Subject<Candidacy>;
  /** Keys that have been given back, or whose release was called off before anything was. */
  readonly releaseEnded$: Subject<Candidacy>;
  /** What was found out about the lock of a term besides its watch and its confirmations. */
  readonly lockReport$: Subject<CandidacyEvent>;
  /** Emits when a claim may have become possible. */
  readonly recheck$: Subject<void>;
}

/** A group without keys. */
export const groupOf = (context: GroupContext): Group => ({
  ...context,
  candidacies: new Map(),
  turn: undefined,
  seen: undefined,
  registered: new Map(),
  // What comes from outside of any stream, and what one shared stream has to tell another.
  joined$: new Subject(),
  releasing$: new Subject(),
  releaseEnded$: new Subject(),
  lockReport$: new Subject(),
  recheck$: new Subject(),
});

/** Looks for keys to claim, when you subscribe. Never emits. */
export const recheck = ({ recheck$ }: Group): Observable<never> =>
  defer(() => {
    recheck$.next();
    return EMPTY;
  });

/** The keys that lead, as far as is known. */
export const leadingCandidacies = ({ candidacies }: Group): readonly Candidacy[] =>
  [...candidacies.values()].filter(({ phase }) => phase === 'leading');
