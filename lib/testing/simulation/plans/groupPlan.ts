import { seededChance } from '../../time/seededChance.js';
import { between, oneOf } from './draw.js';
import type { SimulatedFault } from './simulatedFault.js';

/** Keys that the processes of a world share. */
export interface GroupPlan {
  /** How many. */
  readonly keys: number;
  /** Whether their shares are to be even. */
  readonly balance: boolean;
}

/** The part of worlds whose processes share several keys. */
const groupPart = 0.3;

/** The part of worlds in which not all contenders have the same lock-delay. */
const rollingPart = 0.2;

// Each has a chance of its own, so that the rest of the world stays what it was.

/** The keys that processes share in the world of a seed. */
export function groupOf(seed: number): GroupPlan | undefined {
  const chance = seededChance(seed + 6);
  if (chance() >= groupPart) return undefined;
  return { keys: between(chance, 2, 6), balance: chance() < 0.6 };
}

/** The lock-delays of the processes by place, where the setting is being changed in one after the other. */
export function lockDelaysOf(
  seed: number,
  { lockDelayMs, processes }: { readonly lockDelayMs: number; readonly processes: number },
): readonly number[] | undefined {
  const chance = seededChance(seed + 7);
  if (chance() >= rollingPart) return undefined;
  const otherMs = oneOf(chance, [1_000, 5_000, 20_000]);
  const changed = between(chance, 1, processes);
  return Array.from({ length: processes }, (_, place) => (place < changed ? otherMs : lockDelayMs));
}

/** Processes leave single keys of a group, and come back. */
export function keyLeaves(
  seed: number,
  { keys }: GroupPlan,
  { processes, faultyMs }: { readonly processes: number; readonly faultyMs: number },
): readonly SimulatedFault[] {
  const chance = seededChance(seed + 8);
  return Array.from({ length: between(chance, 1, 6) }, () => ({
    ...{ kind: 'leaveKey' as const, process: between(chance, 0, processes - 1) },
    key: between(chance, 0, keys - 1),
    atMs: between(chance, 0, faultyMs),
    forMs: between(chance, 0, oneOf(chance, [10, 500, 5_000])),
  }));
}
