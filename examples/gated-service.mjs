// A service of which only one instance does the job, as a whole program. Run it twice, stop one:
//
//   CONSUL_HTTP_ADDR=127.0.0.1:8500 node examples/gated-service.mjs
import { hostname } from 'node:os';
import { defer, exhaustMap, tap, timer } from 'rxjs';
import { leaderElection, resignOnSignal, whileLeader } from 'rxjs-leader-election';

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

// On SIGTERM or SIGINT the work stops, and the next instance takes over in milliseconds. Nothing keeps
// this one alive afterwards.
resignOnSignal(election).subscribe({ error: (error) => console.error(error.message) });
