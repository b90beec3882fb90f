// A batch worker: several instances run, one of them works through the items, and whoever takes over goes
// on where it stopped. Run it twice and stop one:
//
//   CONSUL_HTTP_ADDR=127.0.0.1:8500 node examples/batch-worker.mjs
import { defer, EMPTY, expand, map, mergeMap, retry, switchMap, timer } from 'rxjs';
import {
  consulFrom,
  leaderElection,
  readKey,
  resignOnSignal,
  whileLeader,
} from 'rxjs-leader-election';

const itemCount = Number(process.env.ITEMS ?? 100);
const progressKey = 'batch-worker/done';

const election = leaderElection({ key: 'locks/batch-worker' });
const consul = consulFrom();

/** How many items are done, as Consul knows it and no server's stale copy. */
const done$ = defer(() => readKey(consul, progressKey, { consistent: true })).pipe(
  map(({ entry }) => Number(entry?.value ?? 0)),
);

/** The work on one item. It may be begun twice, if its process stops in the middle. */
const workOn = (item) => timer(100).pipe(map(() => item));

/** Notes that an item is done, unless another instance leads by now: then nothing is written. */
const committed = (item) =>
  election
    .fencedTransaction([{ verb: 'set', key: progressKey, value: String(item) }])
    .pipe(mergeMap(({ kind }) => (kind === 'committed' ? [item] : [])));

/** All items that are left, one after the other. */
const batch$ = done$.pipe(
  expand((done) => (done < itemCount ? workOn(done + 1).pipe(switchMap(committed)) : EMPTY)),
  // Whether a commit without an answer was applied is read anew.
  retry({ delay: 1_000 }),
);

election.leadership$.pipe(whileLeader(() => batch$)).subscribe((done) => {
  console.log(`${done} of ${itemCount} items are done`);
});

// On SIGTERM or SIGINT the work stops, and the next instance takes over in milliseconds. Nothing keeps
// this one alive afterwards.
resignOnSignal(election).subscribe({ error: (error) => console.error(error.message) });
