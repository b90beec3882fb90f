import { EMPTY, type ObservableInput, type ObservedValueOf, type OperatorFunction } from 'rxjs';
import type { Leader, Leadership } from '../../leadership/leadership.js';
import { checkFunction, checkOptions } from '../support/arguments.js';
import { serially } from '../support/serially.js';
import { leaderWork } from './leaderWork.js';
import { roleOf } from '../support/roleOf.js';
import type { StopSignal } from './stopSignal.js';
import { whileLeaderOptionNames, type WhileLeaderOptions } from './whileLeaderOptions.js';

/**
 * Runs work while this process leads: begins it when leadership begins, stops it when that ends, whether
 * by a resignation, a lost lock, an expired lease or the end of `leadership$`.
 *
 * ```
 * leadership$:  --F--L-----E--L---|
 * work:              a-b-c    a-b-c
 * result:       -----a-b-c----a-b-|
 * ```
 *
 * An observable is unsubscribed to stop it. A promise cannot be, so the work also gets a signal, which is
 * aborted at that moment; the lock is then not released before the promise has settled, for the stop
 * budget at most. With `drain: true` an observable gets that time too.
 *
 * ```
 * leadership$:  --L-----F---------|   drain: true
 * work:           a-b-c-d-|           which ends its batch when the signal says so
 * result:       --a-b-c-d---------|   the lock is released after d
 * ```
 *
 * Work that has ended is not begun again before the next term, and work of the next term not before
 * the last one's has ended. What is emitted once the lease is over is dropped, even where a stalled
 * event loop has kept everybody from noticing.
 *
 * When the work fails, the process resigns, and then its error is an error of the result; see `onError`.
 *
 * @param work - what to do, given the term's `Leader` with its fencing token, and a signal; it returns an
 * observable, a promise or another input of rxjs
 * @throws `INVALID_OPTIONS` where the work is no function, or an option is unknown
 *
 * @example
 * ```ts
 * election.leadership$.pipe(whileLeader(({ fencingToken }) => reports$(fencingToken))).subscribe();
 * ```
 *
 * @example Promises, which heed the signal
 * ```ts
 * election.leadership$
 *   .pipe(
 *     whileLeader(async (leader, signal) => {
 *       let batches = 0;
 *       while (!signal.aborted && batches < 3) {
 *         await firstValueFrom(sendInvoices$); // a batch that has begun is ended
 *         batches += 1;
 *       }
 *       return `${batches} batches`;
 *     }),
 *   )
 *   .subscribe((done) => console.log(done)); // => 3 batches
 * ```
 */
export function whileLeader<O extends ObservableInput<unknown>>(
  work: (leader: Leader, signal: StopSignal) => O,
  options: WhileLeaderOptions = {},
): OperatorFunction<Leadership, ObservedValueOf<O>> {
  checkFunction('work', work, 'whileLeader((leader) => reports$(leader.fencingToken))');
  checkOptions(options, whileLeaderOptionNames);
  return serially(roleOf, (leadership, ended$) =>
    leadership.kind === 'Leader' ? leaderWork(leadership, ended$, work, options) : EMPTY,
  );
}
