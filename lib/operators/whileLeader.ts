import {
  catchError,
  concat,
  concatMap,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  endWith,
  ignoreElements,
  tap,
  throwError,
  type Observable,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
} from 'rxjs';
import type { Leader, Leadership } from '../leadership/leadership.js';
import { stopControl } from './stopControl.js';
import type { StopSignal } from './stopSignal.js';
import { tenureWork } from './tenureWork.js';

/** What an error of the work does; see {@link WhileLeaderOptions.onError}. */
export type WorkErrorPolicy = 'pass' | 'resign' | 'stepDown';

/** How {@link whileLeader} stops its work. Everything is optional. */
export interface WhileLeaderOptions {
  /**
   * Whether work that was told to stop may go on until it completes. The lock is kept for it meanwhile,
   * for `stopBudgetMs` of the election at most, and after a lapse until the lease ends; then it is
   * unsubscribed. A lost lock leaves it no time, nor does an unsubscription from the result.
   *
   * Defaults to `true` for a promise and an asynchronous iterator, which nothing but the signal stops,
   * and to `false` for an observable, which is unsubscribed at once.
   */
  readonly drain?: boolean;
  /**
   * Called when drained work has not ended by the time at which it must. An observable is unsubscribed
   * then; a promise goes on, and another process may lead already: a reason to raise `stopBudgetMs`, to
   * heed the signal, or to end the process. Defaults to nothing.
   */
  readonly onOverrun?: (leader: Leader) => void;
  /**
   * What an error of the work does. Defaults to `pass`. An `AbortError` after the work was told to stop
   * is its end, not an error.
   *
   * - `pass`: it is an error of the result, which leaves `leadership$`. If nobody else is
   *   subscribed there, that gives leadership up.
   * - `resign`: the process leaves the election, whoever is subscribed, and then it is an error of the
   *   result.
   * - `stepDown`: others are let first for a second, the process stays a contender, and the result goes
   *   on. Only a function can choose this, so that the error has been seen.
   */
  readonly onError?:
    Exclude<WorkErrorPolicy, 'stepDown'> | ((error: unknown, leader: Leader) => WorkErrorPolicy);
}

/** The end of `leadership$` ends a tenure like any state that is not this tenure's. */
const over = undefined;

const tenureOf = (leadership: Leadership | undefined): string | undefined =>
  leadership?.kind === 'Leader'
    ? `${leadership.sessionId} ${leadership.fencingToken.toString()} ${leadership.sinceMs}`
    : undefined;

/**
 * Runs work while this process leads: begins it when leadership begins, stops it when that ends, whether
 * by a resignation, a lost lock, a lapsed lease or the end of `leadership$`.
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
 * Work that has ended is not begun again before the next tenure, and work of the next tenure not before
 * the last one's has ended. What is emitted once the lease is over is dropped, even where a stalled
 * event loop has kept everybody from noticing.
 *
 * @param work - what to do, given the tenure's `Leader` with its fencing token, and a signal
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
  { drain, onOverrun = () => undefined, onError = 'pass' }: WhileLeaderOptions = {},
): OperatorFunction<Leadership, ObservedValueOf<O>> {
  const run = (leader: Leader, ended$: Observable<unknown>): Observable<ObservedValueOf<O>> => {
    const stop = stopControl(leader.tenure?.lasts ?? (() => true));
    return tenureWork(leader, ended$, stop, { work, drain, onOverrun }).pipe(
      catchError((error: unknown) =>
        stop.isItsEnd(error) ? EMPTY : failed(error, leader, onError),
      ),
    );
  };
  return (leadership$) =>
    defer(() => {
      let latest: Leadership | undefined;
      return leadership$.pipe(
        endWith(over),
        distinctUntilChanged((one, other) => tenureOf(one) === tenureOf(other)),
        tap((leadership) => {
          latest = leadership;
        }),
        connect((leadershipAndEnd$) =>
          leadershipAndEnd$.pipe(
            // What has been superseded while the last work was drained is not begun.
            concatMap((leadership) =>
              leadership?.kind === 'Leader' && leadership === latest
                ? run(leadership, leadershipAndEnd$)
                : EMPTY,
            ),
          ),
        ),
      );
    });
}

function failed(
  error: unknown,
  leader: Leader,
  onError: NonNullable<WhileLeaderOptions['onError']>,
): Observable<never> {
  const { tenure } = leader;
  const error$ = throwError(() => error);
  switch (typeof onError === 'function' ? onError(error, leader) : onError) {
    case 'pass':
      return error$;
    case 'resign':
      // Consul ends the session by its TTL where it cannot be told; the error of the work is the cause.
      return concat(
        (tenure?.resign() ?? EMPTY).pipe(
          ignoreElements(),
          catchError(() => EMPTY),
        ),
        error$,
      );
    case 'stepDown':
      return tenure?.stepDown() ?? EMPTY;
  }
}
