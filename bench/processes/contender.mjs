// A contender of the library's, in a process of its own. Tells when it learnt what, and does as it is told.
import { leaderElection } from 'rxjs-leader-election';
import { nowNs } from '../support/nowNs.mjs';

const election = leaderElection(JSON.parse(process.argv[2]));

/** Longer than what is measured: a message is work for this process and for whoever hears it. */
const tellAfterMs = 25;

const tell = (message) => setTimeout(() => process.connected && process.send(message), tellAfterMs);

/** Where a hundred are told of every change, the telling would be most of the work. */
let isQuiet = false;

function join() {
  election.leadership$.subscribe({
    next: (leadership) => {
      const atNs = nowNs();
      const { kind, leader, error } = leadership;
      if (isQuiet && kind === 'Follower') return;
      tell({
        kind,
        atNs,
        leaderless: kind === 'Follower' && leader === undefined,
        message: error?.message,
      });
    },
    complete: () => tell({ kind: 'Left', atNs: nowNs() }),
  });
}

const commands = {
  hush: () => (isQuiet = true),
  join,
  resign: () => {
    const atNs = nowNs();
    election.resign().subscribe({ error: ({ message }) => tell({ kind: 'Error', message }) });
    tell({ kind: 'Resigned', atNs });
  },
  stepDown: () => {
    const atNs = nowNs();
    election.stepDown().subscribe({ error: ({ message }) => tell({ kind: 'Error', message }) });
    tell({ kind: 'Resigned', atNs });
  },
};
process.on('message', (command) => commands[command]());
process.once('disconnect', () => process.exit());
join();
