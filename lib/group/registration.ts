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
const registrationKey = ({ prefix }: Group, sessionId: string): string =>
  `${prefix}${contendersFolder}${sessionId}`;

/** Whether a key says that a session takes part, and is no key of the group. */
export const isRegistration = ({ prefix }: Group, key: string): boolean =>
  key.startsWith(`${prefix}${contendersFolder}`);

/** What stands under the prefix of contenders, as far as the watch has seen. */
const registrations = (group: Group): readonly KeyEntry[] =>
  (group.seen?.observation.entries ?? []).filter(({ key }) => isRegistration(group, key));

/** The whole keys for which a process contends; `undefined` where it does not say, and then it is all of them. */
export type ContendedKeys = ReadonlySet<string> | undefined;

/** The sessions that take part, sorted, this one included, with the keys for which they contend. */
export function contenders(group: Group, sessionId: string): ReadonlyMap<string, ContendedKeys> {
  forgetDeregistered(group);
  const others = registrations(group).flatMap((entry): [string, ContendedKeys][] =>
    entry.sessionId === undefined || entry.sessionId === sessionId
      ? []
      : [[entry.sessionId, registeredKeys(group, entry)]],
  );
  const own: [string, ContendedKeys] = [sessionId, new Set(wantedKeys(group))];
  return new Map([...others, own].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Sessions come and go for as long as the group works. */
function forgetDeregistered({ registered, seen }: Group): void {
  for (const key of registered.keys()) if (seen?.entryOf.has(key) !== true) registered.delete(key);
}

const wantedKeys = ({ candidacies }: Group): readonly string[] =>
  [...candidacies.values()]
    .filter(({ releaseReason }) => releaseReason === undefined || releaseReason === 'stepped down')
    .map(({ contender }) => contender.key);

/** What a registration says, read once for each of its changes. */
function registeredKeys({ registered, prefix }: Group, entry: KeyEntry): ContendedKeys {
  const known = registered.get(entry.key);
  if (known?.modifyIndex === entry.modifyIndex) return known.keys;
  const said = J.parse(entry.value);
  const names =
    E.isRight(said) && Array.isArray(said.right) ? (said.right as unknown[]) : undefined;
  const keys = names && new Set(names.map((name) => `${prefix}${String(name)}`));
  registered.set(entry.key, { modifyIndex: entry.modifyIndex, keys });
  return keys;
}

/** The value of a registration: the keys without the prefix. One that Consul would refuse is left out. */
function registrationValue(group: Group): string {
  const names = wantedKeys(group).map((key) => key.slice(group.prefix.length));
  const value = JSON.stringify(names.sort());
  return Buffer.byteLength(value) <= maxMetadataBytes ? value : '';
}

/**
 * Says that the session takes part, and for which keys: it holds a key of its own. Completes once it does.
 *
 * The key has no say in who leads. It lets others know who could.
 */
export const register = (group: Group, sessionId: string): Observable<never> =>
  defer(() => {
    const { consul, lockFlags: flags, retry } = group;
    const key = registrationKey(group, sessionId);
    return acquireKey(consul, { key, sessionId, value: registrationValue(group), flags }).pipe(
      retryInSession(retry),
      ignoreElements(),
    );
  });

/** The least time between two registrations of one process, in milliseconds: keys may be joined one by one. */
const registerIntervalMs = 1_000;

/**
 * Registers again what somebody deleted and what has changed, and clears away what crashed processes have
 * left.
 */
export function keepRegistered(group: Group, sessionId: string): Observable<never> {
  const { consul, recheck$ } = group;
  const own = registrationKey(group, sessionId);
  const isOutdated = (): boolean => {
    if (group.seen?.sessionId !== sessionId) return false;
    const entry = group.seen.entryOf.get(own);
    return entry?.sessionId !== sessionId || entry.value !== registrationValue(group);
  };
  const abandoned = (): readonly KeyEntry[] => {
    const all = registrations(group);
    // One of them is enough.
    const isFirst = !all.some(
      (entry) => entry.sessionId !== undefined && entry.sessionId < sessionId,
    );
    return isFirst ? all.filter((entry) => entry.sessionId === undefined && entry.key !== own) : [];
  };
  return merge(
    recheck$.pipe(
      throttleTime(registerIntervalMs, consul.time.scheduler, { leading: true, trailing: true }),
      filter(isOutdated),
      concatMap(() => register(group, sessionId)),
    ),
    recheck$.pipe(
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

/** Takes the registration back. What is left of a failure is cleared away by another process. */
export function deregister(group: Group, sessionId: string): Observable<never> {
  const entry = group.seen?.entryOf.get(registrationKey(group, sessionId));
  return entry === undefined
    ? EMPTY
    : deleteKey(group.consul, entry).pipe(
        catchError(() => EMPTY),
        ignoreElements(),
      );
}
