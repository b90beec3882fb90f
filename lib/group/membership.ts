import type { KeyEntry } from '../consul/http/answers.js';
import { contenderFor, type Contender } from '../leadership/contender.js';
import { isRegistration } from './registration.js';
import type { Group, GroupContext } from './group.js';
import { joinSession, newCandidacy, type ReleaseReason, type Candidacy } from './candidacy.js';

/** All that the election of one key of a group needs. */
export const keyContender = (context: GroupContext, key: string): Contender =>
  contenderFor(context, {
    key,
    beforeRelease: () => context.beforeRelease(key),
    onOverrun: () => context.onOverrun(key),
  });

/** Takes a key into the group, also one that is just being given back: then it stays. */
export function join(group: Group, contender: Contender): Candidacy {
  const { releaseEnded$, joined$, candidacies, recheck$ } = group;
  const known = candidacies.get(contender.key);
  if (known !== undefined) {
    const isCalledOff = known.releaseReason !== undefined && known.phase !== 'releasing';
    known.releaseReason = undefined;
    // Whoever waits for the end of what it left need not wait for the end of what begins now.
    if (isCalledOff) releaseEnded$.next(known);
    // A key that is being left is claimed by nobody, whatever has been seen of it meanwhile.
    recheck$.next();
    return known;
  }
  const candidacy = newCandidacy(contender);
  candidacies.set(contender.key, candidacy);
  joined$.next(candidacy);
  return candidacy;
}

/** Gives a key back. A claim that is under way is finished first, and what it took is given back, too. */
export function startRelease(
  { releasing$, candidacies }: Group,
  candidacy: Candidacy,
  releaseReason: ReleaseReason,
): void {
  if (candidacies.get(candidacy.contender.key) !== candidacy) return;
  candidacy.releaseReason = releaseReason;
  if (candidacy.phase === 'standing by' || candidacy.phase === 'leading')
    releasing$.next(candidacy);
}

/**
 * Gives back the locks that the session holds of keys which nobody of this process has joined: an attempt
 * that was given up with its key has arrived late, and would keep the key from everybody. They are left
 * like any other key, so that whoever joins one meanwhile keeps it, and nobody leads by it before.
 */
export function releaseUnwanted(group: Group, sessionId: string): void {
  const { releasing$, lockFlags, candidacies, seen } = group;
  const isUnwanted = ({ key, flags, sessionId: holder }: KeyEntry): boolean =>
    holder === sessionId &&
    // What somebody else does with this session is not the group's.
    flags === lockFlags &&
    !candidacies.has(key) &&
    !isRegistration(group, key);
  for (const { key, modifyIndex } of seen?.observation.entries.filter(isUnwanted) ?? []) {
    const candidacy = newCandidacy(keyContender(group, key));
    const claim = joinSession(candidacy, sessionId);
    claim.mayHold = true;
    claim.lockIndex = modifyIndex;
    candidacy.releaseReason = 'left';
    candidacies.set(key, candidacy);
    releasing$.next(candidacy);
  }
}
