import type { TimingOptions } from '../../../config/model/options.js';
import type { Chance } from '../../../ports/chance.js';
import { seededChance } from '../../time/seededChance.js';
import { detection } from './detectionPlan.js';
import { between, oneOf } from './draw.js';
import { earlyLockDelays } from './earlyLockDelayPlan.js';
import { groupOf, keyLeaves, lockDelaysOf, type GroupPlan } from './groupPlan.js';
import { workOf, type WorkPlan } from './workPlan.js';
import { reliance, uncoveredFaults } from './fencePlan.js';
import { endMs, type Refusal, type SimulatedFault } from './simulatedFault.js';

/** A world and what goes wrong in it: everything that a run depends on. */
export interface Plan {
  /** Feeds every chance of the run. */
  readonly seed: number;
  /** How fast the clocks of each process run; their number is that of the processes. */
  readonly rates: readonly number[];
  /** The timings of every election. */
  readonly timing: TimingOptions;
  /** The lock-delay of each process by place, in milliseconds, where they differ. Defaults to that of `timing`. */
  readonly lockDelaysMs?: readonly number[];
  /** The keys that processes share. Left out in worlds of one election. */
  readonly group?: GroupPlan;
  /** What leaders do. Left out where they do nothing; in worlds with a `fence` they write. */
  readonly work?: WorkPlan;
  /** Whether sessions depend on the node's `serfHealth`. */
  readonly nodeChecks: readonly string[];
  /**
   * What keeps it safe. A `lease`: nobody leads beside another. A `fence`, in worlds with faults that
   * no time covers: no fenced write with an older token is taken after one with a newer.
   */
  readonly safety: 'lease' | 'fence';
  /** What goes wrong, in order. */
  readonly faults: readonly SimulatedFault[];
}

/** Of so many worlds one has faults that no lease covers. */
const fencedEvery = 4;

/** For how long things go wrong, in milliseconds. */
const faultyMs = 90_000;

const lockDelaysMs = [1_000, 2_000, 5_000, 10_000, 15_000];

/**
 * The plan of a seed: the same in every run.
 *
 * @example
 * ```ts
 * const { rates, faults } = planOf(42);
 * console.log(`${rates.length} processes, ${faults.length} faults`);
 * ```
 */
export function planOf(seed: number): Plan {
  const chance = seededChance(seed);
  const plan = covered(seed, chance);
  if (seed % fencedEvery !== 0) return withMore(plan);
  const more = uncoveredFaults(chance, plan.rates.length, faultyMs);
  return {
    ...plan,
    safety: 'fence',
    timing: { ...plan.timing, ...reliance(chance) },
    faults: inOrder([...plan.faults, ...more]),
  };
}

/** A plan with work, with keys that processes share, and with lock-delays that differ. */
function withMore(plan: Plan): Plan {
  const { rates, seed, timing, faults } = plan;
  const { lockDelayMs = 0 } = timing;
  const processes = rates.length;
  const [group, work] = [groupOf(seed), workOf(seed)];
  const leaves = group ? keyLeaves(seed, group, { processes, faultyMs }) : [];
  const lockDelaysMs = lockDelaysOf(seed, { lockDelayMs, processes });
  return {
    ...plan,
    ...(lockDelaysMs && { lockDelaysMs }),
    ...(work && { work }),
    ...(group && { group, faults: inOrder([...faults, ...leaves]) }),
  };
}

/** A plan of faults which leases cover, whatever comes together. */
function covered(seed: number, chance: Chance): Plan {
  const processes = between(chance, 2, 5);
  const lockDelayMs = oneOf(chance, lockDelaysMs);
  const clockDrift = oneOf(chance, [0.01, 0.01, 0.05]);
  const count = between(chance, 2, 14);
  const draw = (): readonly SimulatedFault[] =>
    chance() < 0.05
      ? lossyHandover(chance, processes, lockDelayMs)
      : [randomFault(chance, processes, lockDelayMs)];
  const { detector, restarts } = detection(seed, faultyMs);
  // No two clocks differ by more than the drift, Consul's included: all of them lag, or all run ahead.
  const furthest = seededChance(seed + 4)() < 0.5 ? -clockDrift : clockDrift;
  const early = earlyLockDelays(seed, { processes, lockDelayMs, faultyMs });
  return {
    seed,
    rates: Array.from({ length: processes }, () => 1 + chance() * furthest),
    timing: {
      ...{ lockDelayMs, clockDrift, watchWaitMs: oneOf(chance, [1_000, 10_000, 60_000]) },
      detector,
    },
    nodeChecks: chance() < 0.3 ? ['serfHealth'] : [],
    safety: 'lease',
    faults: inOrder([...Array.from({ length: count }, draw).flat(), ...restarts, ...early]).map(
      (fault, _, faults) => withoutBlindness(fault, faults, lockDelayMs),
    ),
  };
}

/**
 * A wall clock that is set back hides from a lease that the machine is suspended before the next confirmation,
 * and no clock is left to tell: it is assumed not to happen. Here such a clock is set ahead instead.
 */
function withoutBlindness(
  fault: SimulatedFault,
  faults: readonly SimulatedFault[],
  leaseMs: number,
): SimulatedFault {
  if (fault.kind !== 'wallJump') return fault;
  const isSuspended = faults.some(
    (other) =>
      other.kind === 'suspend' &&
      other.process === fault.process &&
      endMs(other) >= fault.atMs &&
      other.atMs <= fault.atMs + leaseMs,
  );
  return isSuspended ? { ...fault, byMs: Math.abs(fault.byMs) } : fault;
}

const inOrder = (faults: readonly SimulatedFault[]): readonly SimulatedFault[] =>
  [...faults].sort((one, other) => one.atMs - other.atMs);

/** When all faults are over. */
export function calmMs({ faults }: Plan): number {
  return Math.max(0, ...faults.map(endMs));
}

function randomFault(chance: Chance, processes: number, lockDelayMs: number): SimulatedFault {
  const process = between(chance, 0, processes - 1);
  const atMs = between(chance, 0, faultyMs);
  // Most faults matter when they last about as long as a lease; some last far longer.
  const forMs = Math.round(lockDelayMs * chance() * oneOf(chance, [0.1, 1, 1, 3]) + 1);
  const part = oneOf(chance, [0.05, 0.3, 0.7]);
  const answer = oneOf<Refusal>(chance, ['429', '503', '500', 'garbage', 'committing']);
  const byMs = between(chance, -3_600_000, 3_600_000);
  return oneOf<SimulatedFault>(chance, [
    { kind: 'blackhole', process, atMs, forMs },
    { kind: 'unreachable', process, atMs, forMs },
    { kind: 'stall', process, atMs, forMs },
    { kind: 'suspend', process, atMs, forMs },
    { kind: 'loss', process, atMs, forMs: 4 * forMs, part },
    { kind: 'slow', process, atMs, forMs: 4 * forMs, latencyMs: lockDelayMs * chance() },
    { kind: 'refusal', process, atMs, forMs, answer },
    { kind: 'wallJump', process, atMs, byMs },
    { kind: 'crash', process, atMs, forMs },
    { kind: 'raftElection', process, atMs, forMs: Math.min(forMs, 20_000) },
    { kind: 'stepDown', atMs },
    { kind: 'destroySession', atMs },
    { kind: 'checkFlap', atMs, forMs },
    { kind: 'overwrite', atMs },
  ]);
}

/** Everybody loses messages while the leader hands over: a release may arrive long after its time. */
function lossyHandover(chance: Chance, processes: number, lockDelayMs: number): SimulatedFault[] {
  const atMs = between(chance, 0, faultyMs);
  const forMs = Math.round((1 + 3 * chance()) * lockDelayMs);
  const loss = { kind: 'loss', atMs, forMs, part: 0.7 } as const;
  const losses = Array.from({ length: processes }, (_, process) => ({ ...loss, process }));
  return [...losses, { kind: 'stepDown', atMs: atMs + 1 }];
}
