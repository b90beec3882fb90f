import { EventEmitter } from 'node:events';
import { finalize, lastValueFrom, subscribeOn, tap } from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';
import type { Time } from '../../ports/time.js';
import { announcements } from './announcements.js';
import type { Participation } from './legacyErrors.js';

/** The events of a {@link LeadershipEmitter}, with what their listeners get. */
export interface LeadershipEvents {
  /** This process leads, with the Consul session of this ID, until `lostLeadership`. */
  gainedLeadership: [sessionId: string];
  /**
   * This process leads no longer: stop the work before the listener returns. It comes before another
   * process can lead, and before the `error` that tells the reason; after `close()` there is no error.
   */
  lostLeadership: [sessionId: string];
  /**
   * Leadership was lost, or a request failed; in both cases this process contends again by itself.
   * Where nobody listens, the process crashes.
   */
  error: [error: Error];
}

/** What the call returns: an emitter, as before, and a way out. */
export interface LeadershipEmitter extends EventEmitter<LeadershipEvents> {
  /**
   * Leaves the election: `lostLeadership` is emitted if this process leads, then the lock is released
   * and the session destroyed, so that another process leads at once. Nothing is emitted afterwards,
   * and nothing keeps the process alive.
   *
   * Resolves once Consul has confirmed it, and rejects with an `ElectionError` when it could not: then
   * the session ends by its TTL. Further calls return the same promise.
   */
  readonly close: () => Promise<void>;
}

/** The `debug` option. */
export type Debug = (...values: unknown[]) => void;

/**
 * An election as an emitter. It joins a moment after the call, when the listeners are there.
 *
 * Two processes do not lead at once by this: an event is emitted while its state of `leadership$` is
 * told, so the listeners of `lostLeadership` have run before the lock is released and the lease ends.
 */
export function leadershipEmitter(
  election: Participation,
  debug: Debug,
  { scheduler }: Time,
): LeadershipEmitter {
  const emitter = new EventEmitter<LeadershipEvents>();
  let closing = false;
  let closed: Promise<void> | undefined;

  const contending = election.leadership$
    .pipe(
      subscribeOn(scheduler),
      tap((leadership) => debug(...wordsOf(leadership))),
      announcements(() => closing),
    )
    .subscribe({
      next: (announcement) => {
        if (announcement.event === 'error') emitter.emit('error', announcement.value);
        else emitter.emit(announcement.event, announcement.value);
      },
      // Trouble is a state, so this is a defect, and must be seen.
      error: (error: unknown) => emitter.emit('error', error as Error),
    });

  const left = (): Promise<void> => {
    closing = true;
    const left$ = election.resign().pipe(finalize(() => contending.unsubscribe()));
    return lastValueFrom(left$, { defaultValue: undefined });
  };
  return Object.assign(emitter, { close: () => (closed ??= left()) });
}

function wordsOf(leadership: Leadership): readonly unknown[] {
  switch (leadership.kind) {
    case 'Leader':
      return ['Leading with session', leadership.sessionId];
    case 'Follower':
      return ['Following', leadership.leader?.sessionId ?? 'nobody'];
    case 'Error':
      return ['Attempt', leadership.attempt, 'failed:', leadership.error.message];
  }
}
