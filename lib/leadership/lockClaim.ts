import type { KeyEntry } from '../consul/http/answers.js';
import type { Contender } from './contender.js';
import type { ElectionEvent } from './electionEvent.js';

/** What a session may hold of one key. */
export interface Claim {
  readonly contender: Contender;
  readonly sessionId: string;
  /** Whether Consul may think that it holds the lock: set before every attempt to take it. */
  mayHold: boolean;
  /** Whether it has led since its work was drained. */
  hasLed: boolean;
  /** Raft index of the entry's last change as far as is known; `undefined` when it must be looked up. */
  lockIndex: number | undefined;
}

/** A session that holds nothing of the key yet. */
export const newClaim = (contender: Contender, sessionId: string): Claim => ({
  contender,
  sessionId,
  mayHold: false,
  hasLed: false,
  lockIndex: undefined,
});

/** The lock is certainly not this session's: nothing has to be given back. */
export function holdsNothing(claim: Claim): void {
  claim.mayHold = false;
  claim.lockIndex = undefined;
}

/** Whether a lock is gone by what was seen. An answer that is older than the lock may have been under way before. */
export const showsLoss = (
  { sessionId, lockIndex = Infinity }: Pick<Claim, 'lockIndex' | 'sessionId'>,
  { entry, index }: { readonly entry: KeyEntry | undefined; readonly index: number },
): boolean => index >= lockIndex && entry?.sessionId !== sessionId;

/** Notes where the entry stands by now, which a release is bound to. */
export function noteIndex(claim: Claim, event: ElectionEvent): void {
  if (event.type === 'Confirmed' && event.sessionId === claim.sessionId) {
    claim.lockIndex = event.modifyIndex;
  }
}
