// The demo: three processes, one leader. Begin to read with contender.mjs, which is what a service
// would do, then script.mjs, which is what happens here.
import { randomUUID } from 'node:crypto';
import {
  catchError,
  concat,
  dematerialize,
  EMPTY,
  fromEvent,
  from,
  lastValueFrom,
  map,
  materialize,
  merge,
  of,
  scan,
  switchMap,
  takeUntil,
} from 'rxjs';
import { explainTiming, isElectionError } from 'rxjs-leader-election';
import { help, parsed } from './arguments.mjs';
import { castOf } from './cast.mjs';
import { nowMs } from './clock.mjs';
import { DemoFailure } from './failure.mjs';
import { after, beginning } from './history.mjs';
import { place, tidy } from './place.mjs';
import { report } from './report.mjs';
import { shown } from './screen.mjs';
import { script } from './script.mjs';
import { verdictOn } from './verdict.mjs';
import { wrapped } from './wording.mjs';

const names = ['alpha', 'beta', 'gamma'];

/** The least TTL that Consul accepts, and a lock-delay that makes the crash bearable to watch. */
const timing = { sessionTtlMs: 10_000, lockDelayMs: 5_000 };

/** What the show takes besides the failover. */
const otherActsMs = 10_000;

const exitCodes = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** Errors when somebody wants the show to end. */
const interrupted$ = merge(
  ...Object.keys(exitCodes).map((signal) => fromEvent(process, signal).pipe(map(() => signal))),
).pipe(
  map((signal) => {
    throw new DemoFailure(`Ended by ${signal}.`, exitCodes[signal]);
  }),
);

/** One run on the given Consul: the last history, with the prediction. Ends when all processes have. */
function performance({ consul, address, title, roundTripMs }) {
  const prediction = explainTiming(timing, { roundTripMs });
  const key = `rxjs-leader-election-demo/${randomUUID()}`;
  const startedAtMs = nowMs();
  process.stdout.write(
    `Three processes and ${title}, which answers within ${roundTripMs.toFixed(1)} ms.\n\n`,
  );

  const cast = castOf(names, { key, consul: { address }, ...timing });
  const started$ = from(cast.contenders).pipe(
    map(({ name, pid }) => ({ kind: 'Started', name, pid, atMs: startedAtMs })),
  );
  const script$ = concat(started$, script(cast, prediction)).pipe(
    takeUntil(merge(cast.trouble$, interrupted$)),
    catchError((error) => of({ kind: 'Failed', error, atMs: nowMs() })),
  );
  const start = beginning(startedAtMs, prediction.crashFailoverMs.worst + otherActsMs);

  return merge(concat(script$, cast.sendHome()), cast.events$).pipe(
    scan(({ history }, event) => ({ event, history: after(history, event) }), { history: start }),
    shown(process.stdout),
    map((history) => ({ history, prediction })),
    (run$) => concat(run$, tidy(consul, key).pipe(catchError(() => EMPTY))),
  );
}

function concluded({ history, prediction }) {
  if (history.failure) throw history.failure.error;
  const verdict = verdictOn(history);
  const width = Math.min(process.stdout.columns ?? 101, 101) - 1;
  const lines = [
    '',
    ...report(history, prediction, width),
    '',
    ...verdict.sentences.flatMap((sentence) => wrapped(sentence, width)),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
  return verdict.ok ? 0 : 1;
}

function refused(error) {
  const known = error instanceof DemoFailure || isElectionError(error);
  console.error(known ? error.message : error);
  return error.exitCode ?? 1;
}

async function main() {
  const { consul, help: wantsHelp } = parsed(process.argv.slice(2));
  if (wantsHelp) {
    process.stdout.write(help);
    return 0;
  }
  const run$ = place(consul).pipe(
    // The place outlives the performance, and the end of the performance is the end.
    switchMap((found) => performance(found).pipe(materialize())),
    dematerialize(),
  );
  return concluded(await lastValueFrom(run$));
}

// Whoever reads along may leave early, as `| head` does; the processes must still be sent home.
process.stdout.on('error', () => process.kill(process.pid, 'SIGTERM'));
process.exitCode = await main().catch(refused);
