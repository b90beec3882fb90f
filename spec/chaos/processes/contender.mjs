// A contender, on the built package: tells each state in a line of JSON, with the moment on the clock
// that all processes of the machine share. While it leads it writes to the register, and fenced to
// Consul, and tells for how long it may go on.
import { leaderElection, whileLeader } from 'rxjs-leader-election';
import { catchError, concat, defer, EMPTY, repeat, tap } from 'rxjs';

const { name, options, register, writeEveryMs } = JSON.parse(process.argv[2]);
const election = leaderElection(options);
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;
const tell = (line) => process.stdout.write(`${JSON.stringify({ ...line, atMs: nowMs() })}\n`);
const claim = () => ({ remainingMs: election.leaseRemainingMs() });
let sequence = 0;

/** One write to the register; without an answer nobody knows whether it counts. */
async function written(write) {
  try {
    const body = JSON.stringify(write);
    const { status } = await fetch(register, { method: 'PUT', body });
    tell({ kind: status === 200 ? 'Written' : 'Refused', ...write });
  } catch (error) {
    tell({ kind: 'Unanswered', ...write, error: error.message });
  }
}

function work({ fencingToken }) {
  return defer(() => {
    const write = { token: `${fencingToken}`, name, sequence: (sequence += 1) };
    tell({ kind: 'Claim', token: write.token, ...claim() });
    const key = `fenced/${write.token}/${String(write.sequence).padStart(8, '0')}`;
    const fenced$ = election.fencedTransaction([{ verb: 'set', key, value: name }]).pipe(
      tap({
        next: ({ kind }) => tell({ kind: kind === 'committed' ? 'Committed' : 'Fenced', key }),
        error: ({ code }) => tell({ kind: 'Unanswered', key, code }),
      }),
    );
    // Whether an operation without an answer was applied is for the checker to find out.
    return concat(
      defer(() => written(write)),
      fenced$.pipe(catchError(() => EMPTY)),
    );
  }).pipe(repeat({ delay: writeEveryMs }));
}

election.leadership$.subscribe((state) => {
  const { kind, fencingToken: token, error } = state;
  tell({ kind, token, code: error?.code, ...(kind === 'Leader' && claim()) });
});
election.leadership$.pipe(whileLeader(work)).subscribe();

process.once('SIGTERM', () => {
  election.resign().subscribe({
    error: ({ code }) => tell({ kind: 'Resigned', code }),
    complete: () => {
      tell({ kind: 'Resigned' });
      process.exit();
    },
  });
});
