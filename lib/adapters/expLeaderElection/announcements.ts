import { concatMap, pairwise, startWith, type OperatorFunction } from 'rxjs';
import { electionError, type ElectionErrorOf } from '../../errors.js';
import type { Leader, Leadership } from '../../leadership/leadership.js';

/** One event of the emitter. */
export type Announcement =
  | { readonly event: 'gainedLeadership' | 'lostLeadership'; readonly value: string }
  | { readonly event: 'error'; readonly value: Error };

/**
 * What the listeners are told of each change. As in the old package an `error` follows every loss,
 * since nothing else stops the work of a service that was written for it; where the loss has no cause
 * that is known to this process, the loss itself is the error.
 *
 * ```
 * leadership$:  --F--L--E-L----F------|
 * result:       -----g--(le)g--(le)---|
 * ```
 *
 * @param isExpected - whether leadership is given up on purpose, which is no error
 */
export function announcements(
  isExpected: () => boolean,
): OperatorFunction<Leadership, Announcement> {
  return (leadership$) =>
    leadership$.pipe(
      startWith(undefined),
      pairwise(),
      concatMap(([before, now]) => (now === undefined ? [] : changes(before, now, isExpected()))),
    );
}

function changes(
  before: Leadership | undefined,
  now: Leadership,
  isExpected: boolean,
): readonly Announcement[] {
  const lost: readonly Announcement[] =
    before?.kind === 'Leader' ? [{ event: 'lostLeadership', value: before.sessionId }] : [];
  switch (now.kind) {
    case 'Leader':
      return [...lost, { event: 'gainedLeadership', value: now.sessionId }];
    case 'Error':
      return [...lost, { event: 'error', value: now.error }];
    case 'Follower':
      return before?.kind !== 'Leader' || isExpected
        ? lost
        : [...lost, { event: 'error', value: lockLost(before) }];
  }
}

/** Begins with the word that was all the old package said. */
function lockLost({ key, sessionId }: Leader): ElectionErrorOf<'LOCK_LOST'> {
  return electionError('LOCK_LOST', {
    message:
      `lostLeadership: session ${sessionId} lost the lock "${key}". The session ended, or another client ` +
      'deleted or released the key. Stop the work; this process contends again.',
    details: { key, sessionId },
    retryable: true,
  });
}
