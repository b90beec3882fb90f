import { distinctUntilChanged, map, type OperatorFunction } from 'rxjs';
import type { KeyEntry } from '../consul/http/answers.js';
import { electionError } from '../errors.js';
import { failedEvent, type Contender } from './contender.js';
import type { Failed, Observed } from './electionEvent.js';
import { isOurLock } from './ourLock.js';

/**
 * The key is something else's: it carries other flags than the locks of this election. That is told once for
 * each entry that is seen, and the watch, which goes on, tells when it has changed.
 */
export function keyInUse(contender: Contender, { flags }: KeyEntry): Failed {
  const { key, lockFlags, timing } = contender;
  const error = electionError('KEY_IN_USE', {
    message:
      `The key "${key}" has the flags ${flags}, not ${lockFlags}. Something else uses it, so it was left ` +
      `unchanged. Choose another key, set lockFlags to ${flags}n to contend with its users, or delete ` +
      'the key if it is unused.',
    details: { key, flags, lockFlags },
    retryable: false,
  });
  return failedEvent(contender, 'watch', { error, attempt: 1, delayMs: timing.watchWaitMs });
}

/** Tells of a key that something else uses only that, instead of what stands there. */
export function tellingUse(
  contender: Contender,
): OperatorFunction<Observed | Failed, Observed | Failed> {
  const strangerIn = (event: Observed | Failed): KeyEntry | undefined =>
    event.type === 'Observed' && !isOurLock(contender, event.observation.entry)
      ? event.observation.entry
      : undefined;
  const isSame = (one: KeyEntry | undefined, other: KeyEntry | undefined): boolean =>
    one !== undefined && one.modifyIndex === other?.modifyIndex;
  return (observed$) =>
    observed$.pipe(
      map((event) => ({ event, stranger: strangerIn(event) })),
      distinctUntilChanged((one, other) => isSame(one.stranger, other.stranger)),
      map(({ event, stranger }) => (stranger ? keyInUse(contender, stranger) : event)),
    );
}
