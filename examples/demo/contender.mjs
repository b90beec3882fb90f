// One contender, in a process of its own. This is all that a service does to have one leader; the rest
// of this folder starts three of these and watches them.
import { fromEvent, interval, map, merge, of, switchMap, take, tap } from 'rxjs';
import { leaderElection, whileLeader } from 'rxjs-leader-election';

const election = leaderElection(JSON.parse(process.argv[2]));

/** What only the leader does. A real one sends the token with every write, so that a late one is refused. */
const work = ({ fencingToken }) =>
  interval(250).pipe(map(() => ({ kind: 'Wrote', token: fencingToken })));

election.leadership$
  .pipe(
    tap((leadership) => tell(reportOf(leadership))),
    whileLeader(work),
  )
  .subscribe(tell);

// Only a demo needs this: its parent is gone, perhaps before this line.
const orphaned$ = process.connected === false ? of(undefined) : fromEvent(process, 'disconnect');

// Time to go, as a process manager says it. After the resignation nothing keeps the process alive.
merge(fromEvent(process, 'SIGTERM'), fromEvent(process, 'SIGINT'), orphaned$)
  .pipe(
    take(1),
    switchMap(() => election.resign()),
  )
  .subscribe({ error: (error) => console.error(error.message) });

function tell(report) {
  const atMs = Number(process.hrtime.bigint()) / 1e6;
  if (process.connected) process.send({ ...report, atMs });
}

function reportOf({ kind, fencingToken, leader, error }) {
  switch (kind) {
    case 'Leader':
      return { kind, token: fencingToken };
    case 'Follower':
      return { kind, leader: leader?.metadata?.name };
    case 'Error':
      return { kind, message: error.message, retryable: error.retryable };
  }
}
