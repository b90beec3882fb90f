import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  filter,
  forkJoin,
  map,
  merge,
  share,
  shareReplay,
  take,
  throwError,
  timeout,
} from 'rxjs';
import { contenderProcess } from './contenderProcess.mjs';
import { DemoFailure } from './failure.mjs';

/** Longer than a contender gives itself to resign. */
const resignationMs = 7_000;

/** Starts the contenders. What they do is hot: whoever subscribes late has missed it. */
export function castOf(names, options) {
  const contenders = names.map((name) => contenderProcess(name, options));
  const events$ = merge(...contenders.map((contender) => contender.events$)).pipe(share());
  const leader$ = events$.pipe(
    filter(({ kind }) => kind === 'Leader'),
    map((event) => contenders.find(({ name }) => name === event.name)),
    shareReplay(1),
  );
  leader$.subscribe();

  return {
    contenders,
    events$,
    /** Errors when the show cannot go on. */
    trouble$: events$.pipe(concatMap(troubleOf)),
    /** The next event of a kind. */
    next: (matches) => events$.pipe(filter(matches), take(1)),
    /** Runs `act` with the contender that leads, or with the first that will. */
    withLeader: (act) => leader$.pipe(take(1), concatMap(act)),
    sendHome: () => sendHome(contenders),
  };
}

function troubleOf(event) {
  if (event.kind === 'Exited' && event.code > 0) {
    return failed(`${event.name} ended with code ${event.code}. ${event.complaint}`);
  }
  // Trouble that passes is part of an election, other trouble is for the user to mend.
  if (event.kind === 'Error' && !event.retryable) return failed(event.message);
  return EMPTY;
}

const failed = (message) => throwError(() => new DemoFailure(message));

/** Ends the processes that still run: by their resignation, or by force if that takes too long. */
function sendHome(contenders) {
  const signalled = (signal) =>
    merge(
      ...contenders.map((contender) => contender.signal(signal)),
      forkJoin(contenders.map(({ exit$ }) => exit$)),
    );
  return defer(() => signalled('SIGTERM')).pipe(
    timeout(resignationMs),
    catchError(() => signalled('SIGKILL')),
    concatMap(() => EMPTY),
  );
}
