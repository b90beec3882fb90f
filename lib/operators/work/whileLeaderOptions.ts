import type { Leader } from '../../leadership/leadership.js';

/** The names of {@link WhileLeaderOptions}. */
export const whileLeaderOptionNames = ['drain', 'onOverrun', 'onError'];

/** What an error of the work does; see the option `onError`. */
export type WorkErrorPolicy = 'pass' | 'resign' | 'stepDown';

/** How {@link whileLeader} stops its work. Everything is optional. */
export interface WhileLeaderOptions {
  /**
   * Whether work that was told to stop may go on until it completes. The lock is kept for it meanwhile,
   * for `stopBudgetMs` of the election at most, and after an expiry until the lease ends; then it is
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
   * What an error of the work does. Defaults to `resign`: a process whose work has failed would otherwise
   * lead and do nothing for as long as anything else is subscribed to `leadership$`, a gauge for example.
   * An `AbortError` after the work was told to stop is its end, not an error.
   *
   * - `resign`: the process leaves the election, whoever is subscribed: the last state is `Follower`, and
   *   `leadership$` completes. Then the error is an error of the result. `retry()` behind this operator joins
   *   the election again.
   * - `pass`: it is an error of the result at once, which leaves `leadership$`. The process leads on if
   *   anything else is subscribed there.
   * - `stepDown`: others are let first for a second, the process stays a contender, and the result goes
   *   on. Only a function can choose this, so that the error has been seen.
   */
  readonly onError?:
    Exclude<WorkErrorPolicy, 'stepDown'> | ((error: unknown, leader: Leader) => WorkErrorPolicy);
}
