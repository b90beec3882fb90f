import {
  defer,
  take,
  takeUntil,
  type ObservableInput,
  type ObservedValueOf,
  type OperatorFunction,
} from 'rxjs';
import type { Leader, Leadership, LeadershipError } from '../../leadership/leadership.js';
import { checkFunction, checkOptions } from '../support/arguments.js';
import { serially } from '../support/serially.js';
import { leaderWork } from './leaderWork.js';
import { roleOf } from '../support/roleOf.js';
import type { StopSignal } from './stopSignal.js';
import { whileLeaderOptionNames, type WhileLeaderOptions } from './whileLeaderOptions.js';

/** A source for each role. */
export interface RoleSources<
  L extends ObservableInput<unknown>,
  F extends ObservableInput<unknown>,
  E extends ObservableInput<unknown>,
> {
  /** While this process leads; as the work of `whileLeader`. */
  readonly leader: (leader: Leader, signal: StopSignal) => L;
  /** While another leads or nobody does. */
  readonly follower: () => F;
  /** While it is not known who leads, given the state with which that began. */
  readonly error: (state: LeadershipError) => E;
}

/**
 * Mirrors the source that belongs to the role of this process, one at a time.
 *
 * ```
 * leadership$:  --F-----L-----F---|
 * leader:               1-2-3-4
 * follower:       a-b-c-d     a-b-c
 * result:       --a-b-c-1-2-3-a-b-|
 * ```
 *
 * A source begins anew when its role does, and another term is another role. That a follower follows
 * somebody else now does not change its role: see {@link currentLeader} for that. The leader's source is
 * stopped as the work of {@link whileLeader} is, with the same options, and where it is drained, the next
 * role's waits until it has ended.
 *
 * @param sources - a source for each role; return `EMPTY` or `[]` where there is nothing to do
 * @param options - how the leader's source stops, and what its error does
 * @throws `INVALID_OPTIONS` where a source is no function, or an option is unknown
 *
 * @example
 * ```ts
 * election.leadership$
 *   .pipe(
 *     switchByRole({
 *       leader: () => of('polling the source'),
 *       follower: () => of('reading the cache'),
 *       error: ({ error }) => of(`out of service: ${error.code}`),
 *     }),
 *   )
 *   .subscribe((what) => console.log(what));
 * // => reading the cache
 * // => polling the source
 * ```
 */
export function switchByRole<
  L extends ObservableInput<unknown>,
  F extends ObservableInput<unknown>,
  E extends ObservableInput<unknown>,
>(
  sources: RoleSources<L, F, E>,
  options: WhileLeaderOptions = {},
): OperatorFunction<Leadership, ObservedValueOf<L> | ObservedValueOf<F> | ObservedValueOf<E>> {
  for (const role of ['leader', 'follower', 'error'] as const) {
    checkFunction(
      `sources.${role}`,
      (sources as Partial<typeof sources>)[role],
      '{ leader: () => EMPTY }',
    );
  }
  checkOptions(options, whileLeaderOptionNames);
  return serially<Leadership, ObservedValueOf<L> | ObservedValueOf<F> | ObservedValueOf<E>>(
    roleOf,
    (state, ended$) => {
      const over$ = ended$.pipe(take(1));
      switch (state.kind) {
        case 'Leader':
          return leaderWork(state, ended$, sources.leader, options);
        case 'Follower':
          return defer(sources.follower).pipe(takeUntil(over$));
        case 'Error':
          return defer(() => sources.error(state)).pipe(takeUntil(over$));
      }
    },
  );
}
