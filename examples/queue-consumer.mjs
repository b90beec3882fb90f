// A queue consumer behind a gate: of several instances one takes the messages, in order, and whoever takes
// over goes on with the first that was not acknowledged. The queue is a folder of files here; anything
// with an acknowledgement works alike. Run it twice, put files into the folder, and stop one:
//
//   CONSUL_HTTP_ADDR=127.0.0.1:8500 QUEUE=/tmp/queue node examples/queue-consumer.mjs
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { tap } from 'rxjs';
import { leaderElection, resignOnSignal, whileLeader } from 'rxjs-leader-election';

const folder = process.env.QUEUE ?? '/tmp/queue';
await mkdir(folder, { recursive: true });

const election = leaderElection({ key: 'locks/queue-consumer' });

/** What a message is for. It may come twice, if a process stops between the work and its acknowledgement. */
async function handle(name, token) {
  const text = await readFile(join(folder, name), 'utf8');
  console.log(`handled ${name} under token ${token}: ${text.trim()}`);
}

/** Takes messages until it is told to stop. The one under way is finished; the lock is kept for it. */
async function consume({ fencingToken }, signal) {
  while (!signal.aborted) {
    const [name] = (await readdir(folder)).sort();
    if (name === undefined) {
      await pause(100, undefined, { signal });
    } else {
      await handle(name, fencingToken);
      await rm(join(folder, name));
    }
  }
}

election.leadership$
  .pipe(
    tap(({ kind, error }) => console.log(kind, error?.message ?? '')),
    whileLeader(consume),
  )
  .subscribe();

// On SIGTERM or SIGINT the work stops, and the next instance takes over in milliseconds. Nothing keeps
// this one alive afterwards.
resignOnSignal(election).subscribe({ error: (error) => console.error(error.message) });
