import { seededChance } from '../../time/seededChance.js';
import { between } from './draw.js';
import type { SimulatedFault } from './simulatedFault.js';

/** The part of worlds in which Consul ends lock-delays too early. */
const earlyPart = 0.2;

/** For how long servers elect, in milliseconds; the new one is in office after half of it. */
const electionMs = 400;

/**
 * A server takes office that has just started, and before it has done with the lock-delays of its log,
 * somebody ends the session of whoever leads.
 */
export function earlyLockDelays(
  seed: number,
  world: {
    readonly processes: number;
    readonly lockDelayMs: number;
    readonly faultyMs: number;
  },
): readonly SimulatedFault[] {
  // A chance of its own, so that worlds without it stay what they were.
  const chance = seededChance(seed + 3);
  if (chance() >= earlyPart) return [];
  const { lockDelayMs, processes, faultyMs } = world;
  const process = between(chance, 0, processes - 1);
  const atMs = between(chance, 2 * lockDelayMs, faultyMs);
  const endedMs = atMs + electionMs + between(chance, 0, lockDelayMs);
  // Some hear of nothing, the others start anew, and cannot know when the lock fell vacant.
  const affected = Array.from({ length: processes }, (_, each): SimulatedFault => {
    const beginning = { process: each, atMs: endedMs - 1 };
    return chance() < 0.5
      ? { ...beginning, kind: 'blackhole', forMs: lockDelayMs }
      : { ...beginning, kind: 'crash', forMs: between(chance, 2, lockDelayMs) };
  });
  return [
    // What the log tells of: by then another leads.
    { kind: 'destroySession', atMs: atMs - 2 * lockDelayMs },
    { kind: 'raftElection', process, atMs, forMs: electionMs, justStarted: true },
    ...affected,
    { kind: 'destroySession', atMs: endedMs },
  ];
}
