import { concatMap, defer, expand, map, timer, type Observable } from 'rxjs';
import type { Consul } from '../consul/consul.js';
import type { ReadKeyOptions } from '../consul/readKey.js';
import { elapsedMs, type Instant } from '../ports/instant.js';
import { advance, freshCursor, paceMs, type Cursor } from './cursor.js';

/** What every blocking query answers. */
interface Reading {
  readonly index: number;
  readonly sentAt: Instant;
}

/** A reading, and when it arrived. */
export type Received<R> = R & {
  /** When the answer arrived. */
  readonly receivedAt: Instant;
};

/** Reads at once, then again after every change and whenever a wait ends. Errors as the request does. */
export function blockingQueries<R extends Reading>(
  { time }: Consul,
  read: (options: ReadKeyOptions) => Observable<R>,
  waitMs: number,
): Observable<Received<R>> {
  const { now, scheduler } = time;

  const ask = (cursor: Cursor): Observable<{ received: Received<R>; cursor: Cursor }> => {
    const { index } = cursor;
    return read(index === undefined ? {} : { wait: { index, waitMs } }).pipe(
      map((reading) => {
        const receivedAt = now();
        const tookMs = elapsedMs(reading.sentAt, receivedAt);
        return {
          received: { ...reading, receivedAt },
          cursor: advance(cursor, reading, tookMs, waitMs),
        };
      }),
    );
  };

  return defer(() => ask(freshCursor)).pipe(
    expand(({ cursor }) => {
      // Even without a pause it waits for its turn: whatever the answer sets off, such as the claim of
      // a lock, goes first, and the connection is free again by then.
      return timer(paceMs(cursor), scheduler).pipe(concatMap(() => ask(cursor)));
    }),
    map(({ received }) => received),
  );
}
