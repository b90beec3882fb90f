// A service that is asked to end: tells what becomes of its work, a promise that takes a while to end.
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { leaderElection, resignOnSignal, untilSignal, whileLeader } from 'rxjs-leader-election';

const [, , way, endsAfterMs] = process.argv;
const election = leaderElection({ key: 'locks/graceful', stopBudgetMs: 5_000 });

const work = whileLeader(async (_, signal) => {
  console.log('begins');
  await once(signal, 'abort');
  console.log('told');
  await setTimeout(Number(endsAfterMs));
  return 'ends';
});

const ways = {
  resignOnSignal: () => {
    election.leadership$.pipe(work).subscribe(console.log);
    resignOnSignal(election).subscribe({ complete: () => console.log('resigned') });
  },
  untilSignal: () => {
    election.leadership$.pipe(untilSignal(), work).subscribe(console.log);
  },
};
ways[way]();
