// What the bundlers get: a service that leads, works, and hands over when it is told to end.
import { timer } from 'rxjs';
import { leaderElection, resignOnSignal, whileLeader } from 'rxjs-leader-election';

const election = leaderElection({ key: 'locks/bundled' });

election.leadership$.subscribe(({ kind }) => console.log(kind));
election.leadership$
  .pipe(whileLeader(() => timer(0, 1_000)))
  .subscribe((count) => console.log(`working: ${count}`));
resignOnSignal(election).subscribe();
