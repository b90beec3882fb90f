// A service of which only one instance does the job, as a whole program. Run it twice, stop one:
//
//   CONSUL_HTTP_ADDR=127.0.0.1:8500 node examples/gated-service.mjs
import { hostname } from 'node:os';
import { defer, exhaustMap, fromEvent, merge, take, tap, timer } from 'rxjs';
import { leaderElection, whileLeader } from 'rxjs-leader-election';

const election = leaderElection({
  key: 'locks/gated-service',
  metadata: { host: hostname(), pid: process.pid },
});

/** The job. Whatever it writes to should refuse a token smaller than the largest it has seen. */
const job = ({ fencingToken }) =>
  timer(0, 1_000).pipe(
    // Checked at the moment of the write: a stalled process may learn late that it leads no more.
    exhaustMap(() => defer(() => (election.isLeader() ? [`job under token ${fencingToken}`] : []))),
  );

election.leadership$
  .pipe(
    tap((leadership) => console.log(leadership.kind, leadership.error?.message ?? '')),
    whileLeader(job),
  )
  .subscribe((line) => console.log(line));

// Stops the job, hands over in milliseconds, and leaves nothing behind that keeps the process alive.
merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT'))
  .pipe(
    take(1),
    exhaustMap(() => election.resign()),
  )
  .subscribe({ error: (error) => console.error(error.message) });
