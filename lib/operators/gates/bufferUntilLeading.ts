import {
  concat,
  concatMap,
  defer,
  dematerialize,
  EMPTY,
  endWith,
  from,
  map,
  merge,
  of,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableNotification,
} from 'rxjs';
import { electionError } from '../../errors.js';
import type { Leadership } from '../../leadership/leadership.js';
import { checkArgument, checkLeadership, checkOptions } from '../support/arguments.js';
import { leadsNow } from '../support/roleOf.js';

/** A buffer that takes too much for an error. */
export interface BufferOrError {
  /** The most values that are kept. */
  readonly maxSize: number;
  /** Defaults to `error`: one value too many errors the result with `BUFFER_OVERFLOW`. */
  readonly overflow?: 'error';
}

/** A buffer that drops what is too much, and says so. */
export interface BufferOrDrop<T> {
  /** The most values that are kept. */
  readonly maxSize: number;
  /** Whether the value gives way that has waited longest, or the one that comes too late. */
  readonly overflow: 'dropOldest' | 'dropNewest';
  /** Called with each value that is dropped. */
  readonly onDrop: (value: T) => void;
}

/** How much {@link bufferUntilLeading} keeps, and what happens to more. */
export type BufferUntilLeadingOptions<T> = BufferOrError | BufferOrDrop<T>;

/** A value to keep, or news that may let values pass. */
type BufferEvent<T> = { readonly value: T } | 'news' | 'source ends' | 'election ends';

/**
 * Passes values on while this process leads, and keeps the others, in their order, until it does: for
 * what must not be lost, and is idempotent or fenced, since other processes may keep it too.
 *
 * ```
 * source:       a-b-c-------d----e-|
 * leadership$:  -F-----L--E----L----
 * result:       ------(abc)----d-e-|     maxSize: 3
 * ```
 *
 * The buffer is bounded. By default one value too many is the error `BUFFER_OVERFLOW`; to drop instead,
 * choose which and say who is told. A value passes only if the lease holds at its moment, by the clock.
 *
 * The result ends when the source has and nothing waits any more, or with `leadership$`, after which
 * this process cannot lead and what still waits is lost. An error of either is an error of the result.
 *
 * @param leadership$ - of an election
 * @param options - the bound, and what happens to one value too many
 * @throws `INVALID_OPTIONS` where the bound is none
 *
 * @example
 * ```ts
 * of('4711', '4712')
 *   .pipe(bufferUntilLeading(election.leadership$, { maxSize: 1_000 }))
 *   .subscribe((order) => console.log(order));
 * // => 4711
 * // => 4712
 * ```
 */
export function bufferUntilLeading<T>(
  leadership$: Observable<Leadership>,
  options: BufferUntilLeadingOptions<T>,
): MonoTypeOperatorFunction<T> {
  checkLeadership(leadership$);
  checkOptions(options, ['maxSize', 'overflow', 'onDrop']);
  const { maxSize } = options;
  // What is not a number would be a bound that nothing exceeds.
  const isBound = Number.isInteger(maxSize) && maxSize >= 0;
  checkArgument(isBound, 'maxSize', maxSize, 'Give a whole number of at least 0.');
  return (source) =>
    defer(() => {
      const gate: Gate<T> = { latest: undefined, waiting: [], ending: false };
      const elected$ = leadership$.pipe(
        tap((leadership) => {
          gate.latest = leadership;
        }),
        map((): BufferEvent<T> => 'news'),
        endWith<BufferEvent<T>>('election ends'),
      );
      const values$ = source.pipe(
        map((value): BufferEvent<T> => ({ value })),
        endWith<BufferEvent<T>>('source ends'),
      );
      // One at a time, so that what comes while the buffer is emptied waits behind it.
      return merge(elected$, values$).pipe(
        concatMap((happening) => {
          if (typeof happening === 'object') keep(gate, happening.value, options);
          gate.ending ||= happening === 'source ends';
          return concat(
            from(passing(gate)),
            defer(() =>
              happening === 'election ends' || (gate.ending && gate.waiting.length === 0)
                ? of<ObservableNotification<T>>({ kind: 'C' })
                : EMPTY,
            ),
          );
        }),
        dematerialize(),
      );
    });
}

interface Gate<T> {
  latest: Leadership | undefined;
  readonly waiting: T[];
  /** Whether the source has ended. */
  ending: boolean;
}

/** What waits, for as long as leadership lasts. */
function* passing<T>(gate: Gate<T>): Generator<ObservableNotification<T>> {
  while (gate.waiting.length > 0 && leadsNow(gate.latest)) {
    yield { kind: 'N', value: gate.waiting.shift() as T };
  }
}

/** Puts a value at the end of the buffer; throws, or drops one, if that is one too many. */
function keep<T>(
  { latest, waiting }: Gate<T>,
  value: T,
  options: BufferUntilLeadingOptions<T>,
): void {
  const { maxSize } = options;
  waiting.push(value);
  if (waiting.length <= maxSize || leadsNow(latest)) return;
  if (!('onDrop' in options)) {
    throw electionError('BUFFER_OVERFLOW', {
      message:
        `More than ${maxSize} values arrived while this process did not lead. Raise maxSize, or set ` +
        "overflow to 'dropOldest' or 'dropNewest'.",
      details: { maxSize },
      retryable: false,
    });
  }
  const dropped = options.overflow === 'dropOldest' ? waiting.shift() : waiting.pop();
  options.onDrop(dropped as T);
}
