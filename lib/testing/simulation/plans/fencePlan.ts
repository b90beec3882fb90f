import type { TimingOptions } from '../../../config/model/options.js';
import type { Chance } from '../../../ports/chance.js';
import { between, oneOf } from './draw.js';
import type { SimulatedFault } from './simulatedFault.js';

/** What no lease covers. */
type Uncovered = 'deleteKey' | 'deletedUnseen' | 'restoreSnapshot';

/** Which of them come in one world: without a restoration, tokens rise in the whole of it. */
const choices: readonly (readonly Uncovered[])[] = [
  ['deleteKey', 'deletedUnseen'],
  ['deleteKey', 'deletedUnseen'],
  ['deleteKey', 'deletedUnseen', 'restoreSnapshot'],
];

/** A lease may last ten seconds where the lock-delay does not. */
const reliantTimings = [
  { lockDelayMs: 0 },
  { lockDelayMs: 100 },
  { lockDelayMs: 1_000, leaseMs: 5_000 },
] as const;

/** The timing of a world in which fences alone are relied on, or nothing where leases are in force. */
export function reliance(chance: Chance): TimingOptions {
  return chance() < 0.5 ? { relyOnFencing: true, ...oneOf(chance, reliantTimings) } : {};
}

/** Faults that no time covers. Two may lead at once in such a world. */
export function uncoveredFaults(
  chance: Chance,
  processes: number,
  faultyMs: number,
): readonly SimulatedFault[] {
  const kinds = oneOf(chance, choices);
  const draw = (): readonly SimulatedFault[] => {
    const atMs = between(chance, 0, faultyMs);
    const forMs = between(chance, 1, oneOf(chance, [1_000, 10_000, 60_000]));
    const elsewhere = chance() < 0.5;
    switch (oneOf(chance, kinds)) {
      case 'deleteKey':
        return [{ kind: 'deleteKey', atMs }];
      case 'deletedUnseen':
        return deletedUnseen(chance, processes, atMs);
      case 'restoreSnapshot':
        return [{ kind: 'restoreSnapshot', atMs, forMs, elsewhere }];
    }
  };
  return Array.from({ length: between(chance, 1, 4) }, draw).flat();
}

/** The key is deleted a few times while messages are lost and late: more than one may think that it leads. */
function deletedUnseen(chance: Chance, processes: number, atMs: number): readonly SimulatedFault[] {
  const forMs = between(chance, 1_000, 10_000);
  const losses = Array.from({ length: processes }, (_, process): SimulatedFault => ({
    ...{ kind: 'loss', process, atMs, forMs, part: oneOf(chance, [0.05, 0.3, 0.7]) },
  }));
  const deletions = Array.from({ length: between(chance, 1, 3) }, (): SimulatedFault => ({
    ...{ kind: 'deleteKey', atMs: atMs + between(chance, 0, forMs) },
  }));
  return [...losses, ...deletions];
}
