// One contender, in a process of its own. This is how a service uses the library: everything else in
// this folder only watches it.
import {
  exhaustMap,
  filter,
  fromEvent,
  interval,
  map,
  merge,
  repeat,
  shareReplay,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import { leaderElection, whileLeader } from 'rxjs-leader-election';
import { nowMs } from './clock.mjs';

const election = leaderElection(JSON.parse(process.argv[2]));

/** A leader's work. A real one would send the token with every write, so that a late one is refused. */
const work = ({ fencingToken }) =>
  interval(250).pipe(map(() => ({ kind: 'Wrote', token: fencingToken })));

// Time to go: a service manager says so, somebody pressed Ctrl-C, or the parent is gone.
const leave$ = merge(
  ...['SIGTERM', 'SIGINT', 'disconnect'].map((name) => fromEvent(process, name)),
).pipe(shareReplay(1));

const told = (command) =>
  fromEvent(process, 'message', (message) => message).pipe(
    filter((message) => message === command),
  );

election.leadership$
  .pipe(
    tap({
      next: (leadership) => tell(reportOf(leadership)),
      complete: () => tell({ kind: 'Left' }),
    }),
    whileLeader(work),
    // After a resignation, stand again when told to.
    repeat({ delay: () => told('join').pipe(take(1), takeUntil(leave$)) }),
  )
  .subscribe({
    next: tell,
    // The channel to the parent is all that is left to keep this process alive.
    complete: () => process.connected && process.disconnect(),
  });

merge(leave$, told('resign'))
  .pipe(exhaustMap(() => election.resign()))
  .subscribe({ error: end });

// With Consul out of reach a resignation cannot be confirmed, and must not keep the process.
leave$.pipe(take(1)).subscribe(() => setTimeout(end, 5_000).unref());

function end(error = new Error('Consul did not confirm the resignation in time.')) {
  console.error(error.message);
  process.exit(1);
}

function tell(report) {
  if (process.connected) process.send({ ...report, atMs: nowMs() });
}

function reportOf(leadership) {
  switch (leadership.kind) {
    case 'Leader':
      return { kind: 'Leader', token: leadership.fencingToken };
    case 'Follower':
      return { kind: 'Follower', leader: leadership.leader?.metadata?.name };
    case 'Error': {
      const { code, message, retryable } = leadership.error;
      return { kind: 'Error', code, message, retryable };
    }
  }
}
