import { defer, of, type Observable } from 'rxjs';
import type { Chance } from '../../ports/chance.js';
import type { Time } from '../../ports/time.js';
import type { Transport, TransportResponse } from '../../ports/transport.js';
import { leaderElection, type LeaderElection } from '../../leadership/leaderElection.js';
import type { Leadership } from '../../leadership/leadership.js';
import type { ElectionOptions } from '../../config/model/options.js';
import type { Fault } from '../faults/fault.js';
import type { SimulatedConsul, Connection } from '../simulatedConsul.js';
import type { FenceRules } from './fenceRules.js';
import type { Chronicle } from './history.js';
import { simulatedMachine, type Machine } from './machine.js';
import { mannersOf } from './manners.js';
import { unreliable, type NetworkConditions } from './network.js';
import { proofsOf, type Proofs } from './proofs.js';
import type { Refusal } from './trouble.js';

/** A contender with a machine, a network and a connection of its own. */
export interface SimulatedProcess {
  readonly name: string;
  readonly machine: Machine;
  readonly connection: Connection;
  readonly election: LeaderElection;
  readonly proofs: Proofs;
  /** What its network does now. */
  conditions: NetworkConditions;
  /** What stands in Consul's place now. */
  instead: Refusal | Transport | undefined;
  /** Whether it has died. */
  isDead: boolean;
}

/** What all processes of a world share. */
export interface ProcessParts {
  readonly consul: SimulatedConsul;
  readonly time: Time;
  readonly chance: Chance;
  readonly chronicle: Chronicle;
  readonly options: ElectionOptions;
  readonly fences: FenceRules;
  /** Makes the election; a spec may put a broken one here. */
  readonly elect?: (options: ElectionOptions) => LeaderElection;
}

/** The network of a quiet day, in one datacenter. */
export const calm: NetworkConditions = {
  ...{ latencyMs: 2, lostRequests: 0, lostAnswers: 0, lateRequests: 0, lateMs: 0 },
};

/** Who leads, as the processes themselves believe; one that has died believes nothing. */
export const leadersOf = (processes: readonly SimulatedProcess[]): SimulatedProcess[] =>
  processes.filter(({ isDead, election }) => !isDead && election.isLeader());

/** Starts a process, which joins the election at once. */
export function simulatedProcess(
  name: string,
  rate: number,
  parts: ProcessParts,
  hear: (process: SimulatedProcess, state: Leadership) => void,
): SimulatedProcess {
  const { consul, time, chance, options, fences, chronicle, elect = leaderElection } = parts;
  const machine = simulatedMachine({
    scheduler: time.scheduler,
    rate,
    wallAheadMs: 1e6 * chance(),
  });
  const proofs = proofsOf(machine.time);
  const connection = consul.connect({
    name,
    faults: [fences.watch(name), (end) => misled(end, () => process.instead)],
  });
  const network: Fault = unreliable(time, chance, () => process.conditions);
  const manners = mannersOf(name, chronicle);
  const transport = manners.watch(proofs.watch(machine.hear(network(connection.transport))));
  const election = elect({ ...options, transport, time: machine.time, chance });
  const process: SimulatedProcess = {
    ...{ name, machine, connection, election, proofs, conditions: calm, isDead: false },
    instead: undefined,
  };
  election.leadership$.subscribe({
    next: (state) => {
      if (!process.isDead) hear(process, state);
    },
    error: (error: unknown) => chronicle.tell(name, `fails: ${String(error)}`),
    complete: () => {
      chronicle.tell(name, 'has left');
      manners.left();
    },
  });
  return process;
}

const answers: Record<Refusal, TransportResponse> = {
  '429': { status: 429, headers: {}, body: '' },
  '503': { status: 503, headers: {}, body: 'unavailable' },
  '500': { status: 500, headers: {}, body: 'rpc error making call: EOF' },
  garbage: { status: 200, headers: {}, body: '<html>' },
  committing: { status: 500, headers: {}, body: 'leadership lost while committing log' },
};

/** Consul's end of a connection, where something may stand in its place. */
function misled(end: Transport, instead: () => Refusal | Transport | undefined): Transport {
  return {
    ...end,
    request: (request) =>
      defer(() => {
        const other = instead();
        if (other === undefined) return end.request(request);
        if (typeof other !== 'string') return other.request(request);
        // What is refused while it is committed takes effect all the same.
        if (other === 'committing' && request.method !== 'GET') unheard(end.request(request));
        return of(answers[other]);
      }),
  };
}

function unheard(answer$: Observable<unknown>): void {
  answer$.subscribe({ error: () => undefined });
}
