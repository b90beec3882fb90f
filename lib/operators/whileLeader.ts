import {
  distinctUntilChanged,
  EMPTY,
  switchMap,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
} from 'rxjs';
import type { Leader, Leadership } from '../leadership/leadership.js';

const tenureOf = (leadership: Leadership): string | undefined =>
  leadership.kind === 'Leader'
    ? `${leadership.sessionId} ${leadership.fencingToken.toString()} ${leadership.sinceMs}`
    : undefined;

/**
 * Runs work while this process leads: subscribes to it when leadership begins, unsubscribes when it
 * ends, whether by a handover, a lost lock or a lapsed lease.
 *
 * ```
 * leadership$:  --F--L-----E--L---|
 * work:              a-b-c    a-b-c
 * result:       -----a-b-c----a-b-|
 * ```
 *
 * The work's teardown is the stop signal, and it runs before the lock is released. An error of the
 * work is an error of the result. Work that completes is not started again before the next tenure.
 *
 * @param work - what to do, given the tenure's `Leader` with its fencing token
 *
 * @example
 * ```ts
 * election.leadership$.pipe(whileLeader(({ fencingToken }) => reports$(fencingToken))).subscribe();
 * ```
 */
export function whileLeader<O extends ObservableInput<unknown>>(
  work: (leader: Leader) => O,
): OperatorFunction<Leadership, ObservedValueOf<O>> {
  return (leadership$) =>
    leadership$.pipe(
      distinctUntilChanged((one, other) => tenureOf(one) === tenureOf(other)),
      switchMap((leadership) => (leadership.kind === 'Leader' ? work(leadership) : EMPTY)),
    );
}
