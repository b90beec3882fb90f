import { distinctUntilChanged, type MonoTypeOperatorFunction } from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';
import { roleOf } from '../support/roleOf.js';

/**
 * Only the first state of each role: that a follower follows somebody else now, and that another try
 * failed, is left out. Another term is another role, since its fencing token is another.
 *
 * ```
 * leadership$:  --F--F--L--M--E--E--F--|     M: another term
 * result:       --F-----L--M--E-----F--|
 * ```
 *
 * @example
 * ```ts
 * election.leadership$.pipe(distinctRole()).subscribe(({ kind }) => console.log(kind));
 * // => Follower
 * // => Leader
 * ```
 */
export function distinctRole(): MonoTypeOperatorFunction<Leadership> {
  return (leadership$) =>
    leadership$.pipe(distinctUntilChanged((one, other) => roleOf(one) === roleOf(other)));
}
