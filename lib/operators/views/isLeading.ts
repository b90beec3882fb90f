import { distinctUntilChanged, map, type OperatorFunction } from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';

/**
 * Whether this process leads, as booleans, each change once: for gates, gauges and health checks.
 *
 * ```
 * leadership$:  --F--E--L-----E--F--|
 * result:       --f-----t-----f-----|
 * ```
 *
 * @example
 * ```ts
 * election.leadership$.pipe(isLeading()).subscribe((leading) => gauge.set(leading ? 1 : 0));
 * ```
 */
export function isLeading(): OperatorFunction<Leadership, boolean> {
  return (leadership$) =>
    leadership$.pipe(
      map(({ kind }) => kind === 'Leader'),
      distinctUntilChanged(),
    );
}
