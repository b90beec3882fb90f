import {
  distinctUntilChanged,
  EMPTY,
  endWith,
  filter,
  map,
  of,
  switchMap,
  timer,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';
import { systemTime, type Time } from '../../ports/time.js';
import { checkArgument, checkOptions } from '../support/arguments.js';
import { leadsNow, roleOf } from '../support/roleOf.js';

/** When leadership counts as settled. */
export interface SettledOptions {
  /** How long leadership must have lasted before it is told, in milliseconds. */
  readonly forMs: number;
  /** Defaults to the machine's time. */
  readonly time?: Time;
}

/**
 * Tells of leadership only once it has lasted for a while, and of its loss at once: for work that is
 * expensive to begin, where an election flaps.
 *
 * ```
 * leadership$:  --F--L-E--L-------F--|
 * result:       --F----E-----L----F--|     forMs: 3
 * ```
 *
 * While it waits, this process leads and does not say so: nobody does the work. States other than
 * `Leader` pass at once.
 *
 * @throws `INVALID_OPTIONS` where the time is none
 *
 * @example
 * ```ts
 * election.leadership$
 *   .pipe(
 *     settled({ forMs: 100 }),
 *     whileLeader(({ fencingToken }) => reports$(fencingToken)),
 *   )
 *   .subscribe();
 * ```
 */
export function settled(options: SettledOptions): MonoTypeOperatorFunction<Leadership> {
  checkOptions(options, ['forMs', 'time']);
  const { forMs, time = systemTime } = options;
  const isTime = Number.isFinite(forMs) && forMs >= 0;
  checkArgument(isTime, 'forMs', forMs, 'Give a number of milliseconds, at least 0.');
  const settling = (leadership: Leadership): Observable<Leadership> =>
    leadership.kind === 'Leader'
      ? timer(forMs, time.scheduler).pipe(
          map(() => leadership),
          filter(() => leadsNow(leadership)),
        )
      : of(leadership);
  return (leadership$) =>
    leadership$.pipe(
      distinctUntilChanged((one, other) => one.kind === 'Leader' && roleOf(one) === roleOf(other)),
      // What has ended is not told of as if it lasted.
      endWith(undefined),
      switchMap((leadership) => (leadership ? settling(leadership) : EMPTY)),
    );
}
