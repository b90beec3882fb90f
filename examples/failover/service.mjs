// The service whose failover is tested next door: it counts, once a second, while it leads. It takes the
// election as a parameter, so that a test can hand in another.
import { map, timer } from 'rxjs';
import { whileLeader } from 'rxjs-leader-election';

/** What the service does, for as long as somebody listens. */
export function counting({ leadership$ }) {
  return leadership$.pipe(whileLeader(() => timer(0, 1_000).pipe(map(String))));
}
