import { catchError, EMPTY, ignoreElements, mergeMap, timer, type Observable } from 'rxjs';
import { whileLeader } from '../../../operators/work/whileLeader.js';
import type { Chance } from '../../../ports/chance.js';
import type { FenceRules } from '../checkers/fenceRules.js';
import type { SimulatedProcess } from '../world/simulatedProcess.js';

/** How often a leader writes, in milliseconds of its own time. */
const writeEveryMs = 500;

/** For how long a process may stop between a decision and its write, in milliseconds. */
const longestStopMs = 5_000;

/** What the work of a process needs besides it. */
export interface FencedWorkParts {
  readonly chance: Chance;
  readonly fences: FenceRules;
  /** Runs something later in the world's time. */
  readonly later: (delayMs: number, run: () => void) => void;
}

/**
 * Work that writes with its fencing token for as long as it may: to Consul in fenced transactions, and
 * to the register in messages that nobody calls back. Sometimes the process stops between the decision
 * to write and the write, as any process can.
 */
export function fencedWork(
  process: SimulatedProcess,
  key: string,
  { chance, fences, later }: FencedWorkParts,
): Observable<never> {
  const { electionOf, machine, name } = process;
  const election = electionOf(key);
  const { scheduler } = machine.time;
  const send = (token: bigint): void => {
    const { latencyMs, lostRequests, lateRequests, lateMs } = process.conditions;
    if (process.isDead || chance() < lostRequests) return;
    const delayMs = chance() * latencyMs + (chance() < lateRequests ? chance() * lateMs : 0);
    later(delayMs, () => {
      fences.register({ name, token });
    });
  };
  const written = (token: bigint): Observable<unknown> => {
    const stopsMs = chance() < 0.2 ? chance() * longestStopMs : 0;
    scheduler.schedule(() => {
      send(token);
    }, stopsMs);
    return election
      .fencedTransaction([{ verb: 'set', key: fences.keyFor(token), value: '' }])
      .pipe(catchError(() => EMPTY));
  };
  return election.leadership$.pipe(
    whileLeader(({ fencingToken }) =>
      timer(0, writeEveryMs, scheduler).pipe(mergeMap(() => written(fencingToken.value))),
    ),
    ignoreElements(),
  );
}
