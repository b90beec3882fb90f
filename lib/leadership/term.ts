import type { Observable } from 'rxjs';
import type { AwaitableObservable } from './awaitableObservable.js';

/**
 * What binds work to one term of this process, from when it began to lead until it stopped: the
 * `term` of a `Leader`. `whileLeader` uses it for you.
 */
export interface Term {
  /**
   * Whether this process leads at the moment of the call, and has led without a break since the term
   * began. It compares clocks, so it is right even where a stalled event loop has kept the stream from
   * saying so.
   */
  readonly lasts: () => boolean;
  /**
   * Whether work that was told to stop may still go on: the lease has not ended, of which `lasts()`
   * leaves out the stop budget.
   */
  readonly hasTime: () => boolean;
  /**
   * Keeps the lock: it is not released while somebody is subscribed, for the stop budget at most.
   * Subscribe before work begins, unsubscribe when it has ended.
   *
   * Completes, without a value, when what still runs must be cut. That is at once when the lock is lost
   * or the term is over already; after a resignation or a step-down when the stop budget is spent;
   * after an expiry when the lease ends. At none of these moments can another process lead because this
   * one released too early.
   */
  readonly hold$: Observable<never>;
  /** As `stepDown()` of the election; without effect once the term is over. */
  readonly stepDown: () => AwaitableObservable<void>;
  /** As `resign()` of the election. */
  readonly resign: () => AwaitableObservable<void>;
}
