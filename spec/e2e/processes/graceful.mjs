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

/** What is to be cleaned up besides the election takes a moment. */
const otherHooks = () => setTimeout(5);

const ways = {
  // As NestJS does with enableShutdownHooks: a listener of its own, and the signal again in the end.
  nest: () => {
    ways.resignOnSignal();
    const signals = ['SIGTERM', 'SIGINT'];
    let received = false;
    const cleanup = async (signal) => {
      if (received) return;
      received = true;
      await otherHooks();
      for (const each of signals) process.removeListener(each, cleanup);
      process.kill(process.pid, signal);
    };
    for (const signal of signals) process.on(signal, cleanup);
  },
  // As libraries do that clean up at the exit: at once, and the signal again.
  reraising: () => {
    ways.resignOnSignal();
    const again = (signal) => {
      process.removeListener(signal, again);
      process.kill(process.pid, signal);
    };
    for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, again);
  },
  resignOnSignal: () => {
    election.leadership$.pipe(work).subscribe(console.log);
    resignOnSignal(election).subscribe({ complete: () => console.log('resigned') });
  },
  untilSignal: () => {
    election.leadership$.pipe(untilSignal(), work).subscribe(console.log);
  },
};
ways[way]();
