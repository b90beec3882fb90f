import {
  catchError,
  concatMap,
  EMPTY,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  merge,
  type Observable,
} from 'rxjs';
import { contendersFolder } from '../config/groupSettings.js';
import type { KeyEntry } from '../consul/http/answers.js';
import { acquireKey } from '../consul/txn/acquire.js';
import { deleteKey } from '../consul/kv/deleteKey.js';
import { retryWithBackoff } from '../retry/retryWithBackoff.js';
import { isSessionLost } from '../session/isSessionLost.js';
import type { Group } from './group.js';

/** The key by which a session says that it takes part. Under the prefix, so that the watch sees it. */
const announcementOf = ({ prefix }: Group, sessionId: string): string =>
  `${prefix}${contendersFolder}${sessionId}`;

/** Whether a key says that a session takes part, and is no key of the group. */
export const isAnnouncement = ({ prefix }: Group, key: string): boolean =>
  key.startsWith(`${prefix}${contendersFolder}`);

/** What stands under the prefix of contenders, as far as the watch has seen. */
const announcements = (group: Group): readonly KeyEntry[] =>
  (group.seen?.sighting.entries ?? []).filter(({ key }) => isAnnouncement(group, key));

/** The sessions that take part, sorted, this one included. */
export function contenders(group: Group, sessionId: string): readonly string[] {
  const others = announcements(group).flatMap((entry) => entry.sessionId ?? []);
  return [...new Set([...others, sessionId])].sort();
}

/**
 * Says that the session takes part: it holds a key of its own. Completes once it does.
 *
 * The key has no say in who leads. It lets others count who could.
 */
export function announced(group: Group, sessionId: string): Observable<never> {
  const { consul, lockFlags: flags, retry } = group;
  const key = announcementOf(group, sessionId);
  return acquireKey(consul, { key, sessionId, value: '', flags }).pipe(
    retryWithBackoff({ ...retry, isRetryable: (error) => !isSessionLost(error) }),
    ignoreElements(),
  );
}

/** Announces again what somebody deleted, and clears away what crashed processes have left. */
export function keepAnnounced(group: Group, sessionId: string): Observable<never> {
  const { consul, stirred$ } = group;
  const own = announcementOf(group, sessionId);
  const isMissing = (): boolean =>
    group.seen?.sessionId === sessionId && group.seen.entryOf.get(own)?.sessionId !== sessionId;
  // One of them is enough.
  const abandoned = (): readonly KeyEntry[] =>
    contenders(group, sessionId)[0] === sessionId
      ? announcements(group).filter((entry) => entry.sessionId === undefined && entry.key !== own)
      : [];
  return merge(
    stirred$.pipe(
      filter(isMissing),
      exhaustMap(() => announced(group, sessionId)),
    ),
    stirred$.pipe(
      filter(() => abandoned().length > 0),
      exhaustMap(() =>
        from(abandoned()).pipe(
          concatMap((entry) => deleteKey(consul, entry)),
          // It is seen again with the next change.
          catchError(() => EMPTY),
        ),
      ),
    ),
  ).pipe(ignoreElements());
}

/** Takes the announcement back. What is left of a failure is cleared away by another process. */
export function withdrawn(group: Group, sessionId: string): Observable<never> {
  const entry = group.seen?.entryOf.get(announcementOf(group, sessionId));
  return entry === undefined
    ? EMPTY
    : deleteKey(group.consul, entry).pipe(
        catchError(() => EMPTY),
        ignoreElements(),
      );
}
