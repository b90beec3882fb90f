// The same as service.mjs, as TypeScript compiles it to CommonJS.
const { timer } = require('rxjs');
const { leaderElection, resignOnSignal, whileLeader } = require('rxjs-leader-election');

const election = leaderElection({ key: 'locks/bundled' });

election.leadership$.subscribe(({ kind }) => console.log(kind));
election.leadership$
  .pipe(whileLeader(() => timer(0, 1_000)))
  .subscribe((count) => console.log(`working: ${count}`));
resignOnSignal(election).subscribe();
