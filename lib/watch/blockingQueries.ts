import {
  catchError,
  concatMap,
  defer,
  expand,
  filter,
  map,
  of,
  throwError,
  timer,
  type Observable,
} from 'rxjs';
import type { Consul } from '../consul/http/consul.js';
import { isCut } from '../consul/http/isCut.js';
import type { ReadKeyOptions } from '../consul/kv/readKey.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import { advance, freshCursor, paceMs, type Cursor } from './cursor.js';
import { afterAnswer, afterCut, freshPace, type PollPace } from './pollPace.js';

/** What every blocking query answers. */
interface Reading {
  readonly index: number;
  readonly sentAt: Instant;
}

/** A reading, and when it arrived. */
export type Received<R> = R & {
  /** When the answer arrived. */
  readonly receivedAt: Instant;
  /** Whether it answers a blocking query; otherwise a plain read, with which a watch begins. */
  readonly isPolled: boolean;
};

/** How a query ended, and where the watch stands then. */
interface Step<R> {
  /** `undefined` where the query was cut off on its way. */
  readonly received: Received<R> | undefined;
  readonly cursor: Cursor;
  readonly pace: PollPace;
}

/**
 * Reads at once, then again after every change and whenever a wait ends. Errors as the request does.
 *
 * A poll that was held back and then cut off on its way, as proxies do, is sent again at once, with a wait
 * that ends before the cut. It proves nothing, so it emits nothing.
 */
export function blockingQueries<R extends Reading>(
  { time }: Consul,
  read: (options: ReadKeyOptions) => Observable<R>,
  maxWaitMs: number,
): Observable<Received<R>> {
  const { now, scheduler } = time;

  const ask = (cursor: Cursor, pace: PollPace): Observable<Step<R>> => {
    const { index } = cursor;
    const wait = index === undefined ? undefined : { index, waitMs: pace.waitMs };
    return read(wait ? { wait } : {}).pipe(map((reading) => stepOf(reading, now(), cursor, pace)));
  };
  const askAgain = (cursor: Cursor, pace: PollPace): Observable<Step<R>> =>
    defer(() => {
      const sentAt = now();
      const ageMs = () => elapsedMs(sentAt, now());
      return ask(cursor, pace).pipe(
        catchError((error: unknown) => {
          const isPoll = cursor.index !== undefined;
          const next = isPoll && isCut(error) ? afterCut(pace, ageMs()) : undefined;
          return next ? of({ received: undefined, cursor, pace: next }) : throwError(() => error);
        }),
      );
    });

  return defer(() => ask(freshCursor, freshPace(maxWaitMs))).pipe(
    expand(({ cursor, pace }) => {
      // Even without a pause it waits for its turn: whatever the answer sets off, such as the claim of
      // a lock, goes first, and the connection is free again by then.
      return timer(paceMs(cursor), scheduler).pipe(concatMap(() => askAgain(cursor, pace)));
    }),
    map(({ received }) => received),
    filter((received) => received !== undefined),
  );
}

function stepOf<R extends Reading>(
  reading: R,
  receivedAt: Instant,
  before: Cursor,
  pace: PollPace,
): Step<R> {
  const { waitMs } = pace;
  const tookMs = elapsedMs(reading.sentAt, receivedAt);
  return {
    received: { ...reading, receivedAt, isPolled: before.index !== undefined },
    cursor: advance(before, reading, tookMs, waitMs),
    pace: afterAnswer(pace, before.index === reading.index && tookMs >= waitMs),
  };
}
