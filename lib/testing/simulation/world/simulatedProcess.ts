import { defer, of, type Observable } from 'rxjs';
import { explainTiming } from '../../../config/explain/explainTiming.js';
import type { Timing } from '../../../config/model/settings.js';
import type { Chance } from '../../../ports/chance.js';
import type { Time } from '../../../ports/time.js';
import type { Transport, TransportResponse } from '../../../ports/transport.js';
import type { AwaitableObservable } from '../../../leadership/awaitableObservable.js';
import type { LeaderElection } from '../../../leadership/leaderElection.js';
import type { Leadership } from '../../../leadership/leadership.js';
import type { ElectionOptions } from '../../../config/model/options.js';
import type { Fault } from '../../faults/fault.js';
import type { SimulatedConsul, Connection } from '../../simulatedConsul.js';
import { processElections, type Elect } from './processElections.js';
import type { GroupPlan } from '../plans/groupPlan.js';
import type { FenceRules } from '../checkers/fenceRules.js';
import type { HistoryLog } from '../checkers/history.js';
import { simulatedMachine, type Machine } from './machine.js';
import { protocolChecker } from '../checkers/protocolChecker.js';
import { unreliable, type NetworkConditions } from './network.js';
import { confirmationsOf, type Confirmations } from '../checkers/confirmations.js';
import type { Refusal } from '../plans/simulatedFault.js';

/** A contender with a machine, a network and a connection of its own. */
export interface SimulatedProcess {
  readonly name: string;
  readonly machine: Machine;
  readonly connection: Connection;
  readonly timing: Timing;
  readonly confirmations: Confirmations;
  readonly electionOf: (key: string) => LeaderElection;
  /** Takes part in the election of a key. */
  readonly join: (key: string) => void;
  readonly hasJoined: (key: string) => boolean;
  /** The keys that it leads, as it believes itself. */
  readonly leading: () => readonly string[];
  /** Leaves all elections. */
  readonly resign: () => AwaitableObservable<void>;
  /** What its network does now. */
  conditions: NetworkConditions;
  /** What stands in Consul's place now. */
  instead: Refusal | Transport | undefined;
  /** Whether its clocks have gone on evenly since it was started. */
  isSteady: boolean;
  /** Whether it has died. */
  isDead: boolean;
}

/** What all processes of a world share. */
export interface ProcessParts {
  readonly consul: SimulatedConsul;
  readonly time: Time;
  readonly chance: Chance;
  readonly historyLog: HistoryLog;
  readonly fences: FenceRules;
  readonly group: GroupPlan | undefined;
  /** Takes in what a process says of a key. */
  readonly hear: (process: SimulatedProcess, key: string, state: Leadership) => void;
  /** What it does besides, for as long as it takes part in the election of a key. */
  readonly work: (process: SimulatedProcess, key: string) => Observable<never>;
  /** Makes the election; a spec may put a broken one here. */
  readonly elect?: Elect;
}

/** How a process differs from the others. */
export interface ProcessOptions {
  readonly name: string;
  /** How fast its clocks run. */
  readonly rate: number;
  readonly election: Omit<ElectionOptions, 'key' | 'beforeRelease' | 'onOverrun'>;
}

/** The network of a quiet day, in one datacenter. */
export const calm: NetworkConditions = {
  ...{ latencyMs: 2, lostRequests: 0, lostAnswers: 0, lateRequests: 0, lateMs: 0 },
};

/** Who leads a key, as the processes themselves believe; one that has died believes nothing. */
export const leadersOf = (
  processes: readonly SimulatedProcess[],
  key: string,
): SimulatedProcess[] =>
  processes.filter(({ isDead, electionOf }) => !isDead && electionOf(key).isLeader());

/** Starts a process, which takes part in all elections at once. */
export function simulatedProcess(
  { name, rate, election: options }: ProcessOptions,
  parts: ProcessParts,
): SimulatedProcess {
  const { chance, consul, fences, historyLog, elect, group, time } = parts;
  const wallAheadMs = 1e6 * chance();
  const machine = simulatedMachine({ scheduler: time.scheduler, rate, wallAheadMs });
  const confirmations = confirmationsOf(machine.time);
  const connection = consul.connect({
    name,
    faults: [fences.watch(name), (end) => withFaultyEnd(end, () => process.instead)],
  });
  const network: Fault = unreliable(time, chance, () => process.conditions);
  const protocol = protocolChecker(name, historyLog);
  const transport = protocol.watch(
    confirmations.watch(machine.hear(network(connection.transport))),
  );
  const given = { ...options, transport, time: machine.time, chance };
  const { electionOf, keys, resign } = processElections(group, given, elect);
  const joined = new Set<string>();
  const process: SimulatedProcess = {
    ...{ name, machine, connection, confirmations, electionOf, resign, conditions: calm },
    ...{ timing: explainTiming(options).timing, instead: undefined },
    ...{ isSteady: true, isDead: false },
    join: (key) => {
      joined.add(key);
      takePart(process, key, parts, () => {
        joined.delete(key);
        if (joined.size === 0) protocol.left();
      });
    },
    hasJoined: (key) => joined.has(key),
    leading: () => keys.filter((key) => electionOf(key).isLeader()),
  };
  for (const key of keys) process.join(key);
  return process;
}

/** Contends for a key, and does what leaders do in this world, until the process has left it. */
function takePart(
  process: SimulatedProcess,
  key: string,
  { historyLog, hear, work }: ProcessParts,
  left: () => void,
): void {
  const { electionOf, name } = process;
  electionOf(key).leadership$.subscribe({
    next: (state) => {
      if (!process.isDead) hear(process, key, state);
    },
    error: (error: unknown) => historyLog.tell(name, `fails: ${String(error)}`),
    complete: () => {
      historyLog.tell(name, `has left ${key}`);
      left();
    },
  });
  work(process, key).subscribe({ error: () => undefined });
}

const answers: Record<Refusal, TransportResponse> = {
  '429': { status: 429, headers: {}, body: '' },
  '503': { status: 503, headers: {}, body: 'unavailable' },
  '500': { status: 500, headers: {}, body: 'rpc error making call: EOF' },
  garbage: { status: 200, headers: {}, body: '<html>' },
  committing: { status: 500, headers: {}, body: 'leadership lost while committing log' },
};

/** Consul's end of a connection, where something may stand in its place. */
function withFaultyEnd(end: Transport, instead: () => Refusal | Transport | undefined): Transport {
  return {
    ...end,
    request: (request) =>
      defer(() => {
        const other = instead();
        if (other === undefined) return end.request(request);
        if (typeof other !== 'string') return other.request(request);
        // What is refused while it is committed takes effect all the same.
        if (other === 'committing' && request.method !== 'GET') ignoreAnswer(end.request(request));
        return of(answers[other]);
      }),
  };
}

function ignoreAnswer(answer$: Observable<unknown>): void {
  answer$.subscribe({ error: () => undefined });
}
