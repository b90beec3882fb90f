import * as E from 'fp-ts/lib/Either.js';
import * as J from 'fp-ts/lib/Json.js';
import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  from,
  ignoreElements,
  merge,
  throttleTime,
  type Observable,
} from 'rxjs';
import { contendersFolder } from '../config/groupSettings.js';
import { maxMetadataBytes } from '../config/values/metadata.js';
import type { KeyEntry } from '../consul/http/answers.js';
import { acquireKey } from '../consul/txn/acquire.js';
import { deleteKey } from '../consul/kv/deleteKey.js';
import { retryInSession } from '../leadership/retries.js';
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

/** The whole keys for which a process contends; `undefined` where it does not say, and then it is all of them. */
export type ContendedKeys = ReadonlySet<string> | undefined;

/** The sessions that take part, sorted, this one included, with the keys for which they contend. */
export function contenders(group: Group, sessionId: string): ReadonlyMap<string, ContendedKeys> {
  forgetGone(group);
  const others = announcements(group).flatMap((entry): [string, ContendedKeys][] =>
    entry.sessionId === undefined || entry.sessionId === sessionId
      ? []
      : [[entry.sessionId, announcedKeys(group, entry)]],
  );
  const own: [string, ContendedKeys] = [sessionId, new Set(wantedKeys(group))];
  return new Map([...others, own].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Sessions come and go for as long as the group works. */
function forgetGone({ announced, seen }: Group): void {
  for (const key of announced.keys()) if (seen?.entryOf.has(key) !== true) announced.delete(key);
}

const wantedKeys = ({ seats }: Group): readonly string[] =>
  [...seats.values()]
    .filter(({ departure }) => departure === undefined || departure === 'stepped down')
    .map(({ contender }) => contender.key);

/** What an announcement says, read once for each of its changes. */
function announcedKeys({ announced, prefix }: Group, entry: KeyEntry): ContendedKeys {
  const known = announced.get(entry.key);
  if (known?.modifyIndex === entry.modifyIndex) return known.keys;
  const said = J.parse(entry.value);
  const names =
    E.isRight(said) && Array.isArray(said.right) ? (said.right as unknown[]) : undefined;
  const keys = names && new Set(names.map((name) => `${prefix}${String(name)}`));
  announced.set(entry.key, { modifyIndex: entry.modifyIndex, keys });
  return keys;
}

/** The value of an announcement: the keys without the prefix. One that Consul would refuse is left out. */
function announcementValue(group: Group): string {
  const names = wantedKeys(group).map((key) => key.slice(group.prefix.length));
  const value = JSON.stringify(names.sort());
  return Buffer.byteLength(value) <= maxMetadataBytes ? value : '';
}

/**
 * Says that the session takes part, and for which keys: it holds a key of its own. Completes once it does.
 *
 * The key has no say in who leads. It lets others know who could.
 */
export const announce = (group: Group, sessionId: string): Observable<never> =>
  defer(() => {
    const { consul, lockFlags: flags, retry } = group;
    const key = announcementOf(group, sessionId);
    return acquireKey(consul, { key, sessionId, value: announcementValue(group), flags }).pipe(
      retryInSession(retry),
      ignoreElements(),
    );
  });

/** The least time between two announcements of one process, in milliseconds: keys may be joined one by one. */
const announceIntervalMs = 1_000;

/**
 * Announces again what somebody deleted and what has changed, and clears away what crashed processes have
 * left.
 */
export function keepAnnounced(group: Group, sessionId: string): Observable<never> {
  const { consul, stirred$ } = group;
  const own = announcementOf(group, sessionId);
  const isOutdated = (): boolean => {
    if (group.seen?.sessionId !== sessionId) return false;
    const entry = group.seen.entryOf.get(own);
    return entry?.sessionId !== sessionId || entry.value !== announcementValue(group);
  };
  const abandoned = (): readonly KeyEntry[] => {
    const all = announcements(group);
    // One of them is enough.
    const isFirst = !all.some(
      (entry) => entry.sessionId !== undefined && entry.sessionId < sessionId,
    );
    return isFirst ? all.filter((entry) => entry.sessionId === undefined && entry.key !== own) : [];
  };
  return merge(
    stirred$.pipe(
      throttleTime(announceIntervalMs, consul.time.scheduler, { leading: true, trailing: true }),
      filter(isOutdated),
      concatMap(() => announce(group, sessionId)),
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
