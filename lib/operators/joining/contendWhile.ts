import {
  catchError,
  concat,
  defer,
  EMPTY,
  ignoreElements,
  isObservable,
  merge,
  NEVER,
  of,
  switchMap,
  take,
  takeWhile,
  tap,
  type Observable,
} from 'rxjs';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import type { Leadership } from '../../leadership/leadership.js';
import { checkArgument, isObject } from '../support/arguments.js';
import { serially } from '../support/serially.js';

/** Stands for a state when the election was left otherwise. */
const left = undefined;

/**
 * Contends only while this process is eligible, as its health says for example: joins the election when
 * `eligible$` says `true`, and resigns when it says `false`, whoever else is subscribed.
 *
 * ```
 * eligible$:  y----------n---------y--------
 * result:     --F--L-----F-----------F--L---
 * ```
 *
 * A resignation is a clean one: `Follower` comes first, then work is drained, and only then the lock is
 * released. While it is not eligible the process is no candidate and knows nothing of the election, so
 * the last state stays; before it was ever eligible, there is none. It joins again only once it has left.
 *
 * The result completes when the election is left otherwise, by `resign()`, so that a graceful shutdown
 * is not undone by the next sign of health; and when `eligible$` has completed with `false`. An error of
 * `eligible$` is an error of the result, which leaves the election if nobody else is subscribed.
 *
 * @param election - the election to take part in
 * @param eligible$ - whether to contend; nothing happens before its first value
 *
 * @example
 * ```ts
 * const healthy$ = of(true); // what your health checks say
 * contendWhile(election, healthy$)
 *   .pipe(whileLeader(({ fencingToken }) => reports$(fencingToken)))
 *   .subscribe();
 * ```
 */
export function contendWhile(
  election: Pick<LeaderElection, 'leadership$'> & { readonly resign: () => Observable<void> },
  eligible$: Observable<boolean>,
): Observable<Leadership> {
  checkArgument(
    isObject(election) && isObservable(election.leadership$),
    'election',
    election,
    'Give the election itself, not its leadership$.',
  );
  checkArgument(isObservable(eligible$), 'eligible$', eligible$, 'Give an observable of booleans.');
  return defer(() => {
    let eligibleInTheEnd = false;
    const eligibleFromNowOn$ = concat(
      eligible$.pipe(
        tap((eligible) => {
          eligibleInTheEnd = eligible;
        }),
      ),
      defer(() => (eligibleInTheEnd ? NEVER : EMPTY)),
    );
    return eligibleFromNowOn$.pipe(
      serially<boolean, Leadership | typeof left>(String, (eligible, ended$) =>
        eligible ? candidacyUntil(election, ended$) : EMPTY,
      ),
      takeWhile((state): state is Leadership => state !== left),
    );
  });
}

function candidacyUntil(
  election: Pick<LeaderElection, 'leadership$'> & { readonly resign: () => Observable<void> },
  ended$: Observable<unknown>,
): Observable<Leadership | typeof left> {
  return defer(() => {
    let resigning = false;
    const resigned$ = ended$.pipe(
      take(1),
      switchMap(() => {
        resigning = true;
        // A session that Consul could not be told of ends by its TTL.
        return election.resign().pipe(
          ignoreElements(),
          catchError(() => EMPTY),
        );
      }),
    );
    const led$ = concat(
      election.leadership$,
      defer(() => (resigning ? EMPTY : of(left))),
    );
    return merge(resigned$, led$);
  });
}
