// A contender as a process of its own, on the built package: tells each state in a line of JSON, with
// the moment on the machine's monotonic clock. On becoming the leader it does what it is told to.
import { leaderElection } from 'rxjs-leader-election';

const { options, whenLeader } = JSON.parse(process.argv[2]);
const election = leaderElection(options);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (line) => process.stdout.write(`${JSON.stringify({ ...line, atMs: nowMs() })}\n`);

const actions = {
  resign: () => election.resign().subscribe({ complete: () => tell({ kind: 'Resigned' }) }),
  unsubscribe: () => subscription.unsubscribe(),
};

// Without an error handler, as those who let it crash write it.
const subscription = election.leadership$.subscribe((state) => {
  tell({ kind: state.kind, token: state.fencingToken, code: state.error?.code });
  if (state.kind === 'Leader') actions[whenLeader]?.();
});
