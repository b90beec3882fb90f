import { map, of, type Observable } from 'rxjs';
import { readEvidence } from '../lock/readEvidence.js';
import type { Contender } from './contender.js';
import type { ElectionState } from './transition.js';

/**
 * Whether the lock is held by the term that lasts now: asks Consul, linearizably, and looks again at
 * what is known when the answer is there. Leadership that was given up meanwhile, or begun anew, is not
 * what was asked for.
 */
export function verify(
  { consul, key }: Contender,
  known: () => ElectionState | undefined,
): Observable<boolean> {
  const asked = known();
  if (asked?.kind !== 'Holding') return of(false);
  return readEvidence(consul, key, asked.sessionId, asked.token).pipe(
    map(({ kind }) => {
      const now = known();
      const lasts =
        now?.kind === 'Holding' && now.sessionId === asked.sessionId && now.token === asked.token;
      return kind === 'held' && lasts;
    }),
  );
}
