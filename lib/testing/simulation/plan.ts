import type { TimingOptions } from '../../config/options.js';
import type { Chance } from '../../ports/chance.js';
import { seededChance } from '../seededChance.js';
import { endMs, type Refusal, type Trouble } from './trouble.js';

/** A world and what goes wrong in it: everything that a run depends on. */
export interface Plan {
  /** Feeds every chance of the run. */
  readonly seed: number;
  /** How fast the clocks of each process run; their number is that of the processes. */
  readonly rates: readonly number[];
  /** The timings of every election. */
  readonly timing: TimingOptions;
  /** Whether sessions depend on the node's `serfHealth`. */
  readonly nodeChecks: readonly string[];
  /** What goes wrong, in order. */
  readonly troubles: readonly Trouble[];
}

/** For how long things go wrong, in milliseconds. */
const troubledMs = 120_000;

const lockDelaysMs = [1_000, 2_000, 5_000, 10_000, 15_000];

/**
 * The plan of a seed: the same in every run.
 *
 * @example
 * ```ts
 * const { rates, troubles } = planOf(42);
 * console.log(`${rates.length} processes, ${troubles.length} troubles`);
 * ```
 */
export function planOf(seed: number): Plan {
  const chance = seededChance(seed);
  const processes = between(chance, 2, 5);
  const lockDelayMs = oneOf(chance, lockDelaysMs);
  const clockDrift = oneOf(chance, [0.01, 0.01, 0.05]);
  const count = between(chance, 2, 14);
  const draw = (): readonly Trouble[] =>
    chance() < 0.05
      ? lossyHandover(chance, processes, lockDelayMs)
      : [drawn(chance, processes, lockDelayMs)];
  return {
    seed,
    rates: Array.from({ length: processes }, () => 1 - clockDrift + 2 * chance() * clockDrift),
    timing: { lockDelayMs, clockDrift, watchWaitMs: oneOf(chance, [1_000, 10_000, 60_000]) },
    nodeChecks: chance() < 0.3 ? ['serfHealth'] : [],
    troubles: Array.from({ length: count }, draw)
      .flat()
      .sort((one, other) => one.atMs - other.atMs),
  };
}

/** When all troubles are over. */
export function calmMs({ troubles }: Plan): number {
  return Math.max(0, ...troubles.map(endMs));
}

function drawn(chance: Chance, processes: number, lockDelayMs: number): Trouble {
  const process = between(chance, 0, processes - 1);
  const atMs = between(chance, 0, troubledMs);
  // Most faults matter when they last about as long as a lease; some last far longer.
  const forMs = Math.round(lockDelayMs * chance() * oneOf(chance, [0.1, 1, 1, 3]) + 1);
  const part = oneOf(chance, [0.05, 0.3, 0.7]);
  const answer = oneOf<Refusal>(chance, ['429', '503', '500', 'garbage', 'committing']);
  const byMs = between(chance, -3_600_000, 3_600_000);
  return oneOf<Trouble>(chance, [
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
function lossyHandover(chance: Chance, processes: number, lockDelayMs: number): Trouble[] {
  const atMs = between(chance, 0, troubledMs);
  const forMs = Math.round((1 + 3 * chance()) * lockDelayMs);
  const loss = { kind: 'loss', atMs, forMs, part: 0.7 } as const;
  const losses = Array.from({ length: processes }, (_, process) => ({ ...loss, process }));
  return [...losses, { kind: 'stepDown', atMs: atMs + 1 }];
}

/** A whole number, both bounds included. */
function between(chance: Chance, least: number, most: number): number {
  return least + Math.floor(chance() * (most - least + 1));
}

function oneOf<T>(chance: Chance, values: readonly T[]): T {
  return values[Math.floor(chance() * values.length)] as T;
}
