import {
  concatMap,
  defer,
  EMPTY,
  mergeMap,
  range,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { maxKeyLength } from '../config/values/key.js';
import { maxLocksPerTransaction } from '../consul/txn/lockTransaction.js';
import { releasedValue } from '../lock/releasedValue.js';

/** Bytes of a transaction's body that locks may fill: Consul's 512 KiB, less a little. */
const maxBytes = 500_000;

/** Bytes of a lock's two operations besides its key, which stands there twice, and its value. */
const bytesPerLock = 300;

/** How many locks with such a value go into one transaction; at least one. */
export function locksAtOnce(value: string): number {
  const valueBytes = Math.ceil(Buffer.byteLength(value) / 3) * 4;
  const fit = Math.floor(maxBytes / (bytesPerLock + valueBytes + 2 * maxKeyLength));
  return Math.max(1, Math.min(maxLocksPerTransaction, fit));
}

/** How many locks go into one transaction that gives them back. */
export const locksPerRelease = locksAtOnce(releasedValue);

/**
 * Handles items in parts: at once while fewer than `atOnce` parts are under way, and together with
 * others of up to `most` while they wait.
 *
 * So a single item never waits for company, and a thousand are handled in few parts.
 */
export function inBatches<T, R>(
  most: number,
  atOnce: number,
  handle: (part: readonly T[]) => Observable<R>,
): OperatorFunction<readonly T[], R> {
  return (source) =>
    defer(() => {
      const waiting: T[] = [];
      const next = (): Observable<R> => {
        const part = waiting.splice(0, most);
        return part.length === 0 ? EMPTY : handle(part);
      };
      return source.pipe(
        concatMap((items) => {
          waiting.push(...items);
          return range(0, Math.ceil(items.length / most));
        }),
        mergeMap(next, atOnce),
      );
    });
}
