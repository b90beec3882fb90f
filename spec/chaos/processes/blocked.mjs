// A leader whose event loop stands still until a file is there: tells in lines of JSON, in the order
// in which it happened, what ran after that.
import { existsSync } from 'node:fs';
import { leaderElection, whileLeader } from 'rxjs-leader-election';
import { filter, interval, take, tap } from 'rxjs';

const { options, untilFile } = JSON.parse(process.argv[2]);
const election = leaderElection(options);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (line) => process.stdout.write(`${JSON.stringify({ ...line, atMs: nowMs() })}\n`);
let blocked = false;

function block() {
  tell({ kind: 'Blocks' });
  const never = new Int32Array(new SharedArrayBuffer(4));
  while (!existsSync(untilFile)) Atomics.wait(never, 0, 0, 10);
  blocked = true;
  tell({ kind: 'Asked', leads: election.isLeader() });
  election
    .fencedTransaction([{ verb: 'set', key: 'blocked/late', value: 'late' }])
    .subscribe(({ kind }) => tell({ kind: 'Answered', answer: kind }));
}

election.leadership$.subscribe(({ kind, fencingToken: token }) => tell({ kind, token }));
// A timer of the work that was due while the loop stood still fires before the lease's own, due later.
const work = (_, signal) =>
  interval(20).pipe(
    filter(() => blocked),
    tap(() => tell({ kind: 'Ticked', stopped: signal.aborted, leads: election.isLeader() })),
  );
election.leadership$.pipe(whileLeader(work)).subscribe(() => tell({ kind: 'Worked' }));
election.leadership$
  .pipe(
    filter(({ kind }) => kind === 'Leader'),
    take(1),
  )
  .subscribe(() => setTimeout(block, 500));
