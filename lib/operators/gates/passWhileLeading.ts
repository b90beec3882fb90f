import {
  defer,
  endWith,
  filter,
  ignoreElements,
  takeUntil,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';
import { checkLeadership } from '../support/arguments.js';
import { leadsNow } from '../support/roleOf.js';

/**
 * Passes values on while this process leads, and drops the rest: for triggers and messages of which
 * somebody else takes care when this process does not.
 *
 * ```
 * source:       a-b-c-d-e-f-g-h-|
 * leadership$:  -F--L-----E--L---
 * result:       ----c-d-e-----h-|
 * ```
 *
 * A value passes only if the lease holds at its moment, by the clock, even where a stalled event loop
 * has kept `leadership$` from saying otherwise. The result ends with the source, or with `leadership$`,
 * after which this process cannot lead; an error of either is an error of the result. It contends for as
 * long as it is subscribed, as every subscriber of `leadership$` does.
 *
 * @param leadership$ - of an election
 * @throws `INVALID_OPTIONS` where it is no observable
 *
 * @example One cron among many
 * ```ts
 * interval(20)
 *   .pipe(
 *     passWhileLeading(election.leadership$),
 *     concatMap(() => sendInvoices$),
 *   )
 *   .subscribe((done) => console.log(done)); // => invoices sent
 * ```
 */
export function passWhileLeading<T>(
  leadership$: Observable<Leadership>,
): MonoTypeOperatorFunction<T> {
  checkLeadership(leadership$);
  return (source) =>
    defer(() => {
      let latest: Leadership | undefined;
      const over$ = leadership$.pipe(
        tap((leadership) => {
          latest = leadership;
        }),
        ignoreElements(),
        endWith(undefined),
      );
      return source.pipe(
        filter(() => leadsNow(latest)),
        takeUntil(over$),
      );
    });
}
