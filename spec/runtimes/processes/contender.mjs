// A contender in the runtime that is tried: tells its states, hands over on SIGTERM, and resigns as soon as it
// leads where it is told to. Options, as JSON, are those of leaderElection.
import { leaderElection, resignOnSignal } from 'rxjs-leader-election';

const { resigns = false, ...options } = JSON.parse(process.argv[2]);
const election = leaderElection(options);

election.leadership$.subscribe({
  next: ({ kind, fencingToken, leader, error }) =>
    console.log(kind, String(fencingToken ?? error?.code ?? leader?.sessionId ?? 'nobody')),
  complete: () => console.log('completed'),
});

if (resigns) {
  election.leadership$.subscribe(async ({ kind }) => {
    if (kind !== 'Leader') return;
    await election.resign();
    console.log('resigned');
  });
} else {
  resignOnSignal(election).subscribe();
}
