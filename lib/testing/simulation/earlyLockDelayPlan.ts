import { seededChance } from '../seededChance.js';
import { between } from './draw.js';
import type { Trouble } from './trouble.js';

/** The part of worlds in which Consul ends lock-delays too early. */
const earlyPart = 0.2;

/** For how long servers elect, in milliseconds; the new one is in office after half of it. */
const electionMs = 400;

/**
 * A server takes office that has just started, and before it has done with the lock-delays of its log,
 * somebody ends the session of whoever leads, which may hear nothing of it.
 */
export function earlyLockDelays(
  seed: number,
  world: {
    readonly processes: number;
    readonly lockDelayMs: number;
    readonly troubledMs: number;
  },
): readonly Trouble[] {
  // A chance of its own, so that worlds without it stay what they were.
  const chance = seededChance(seed + 3);
  if (chance() >= earlyPart) return [];
  const { lockDelayMs, processes, troubledMs } = world;
  const process = between(chance, 0, processes - 1);
  const atMs = between(chance, 0, troubledMs);
  const endedMs = atMs + electionMs + between(chance, 0, lockDelayMs);
  const deaf = Array.from({ length: processes }, (_, each) => each).filter(() => chance() < 0.5);
  return [
    // What the log tells of: by then another leads.
    { kind: 'destroySession', atMs: Math.max(0, atMs - 2 * lockDelayMs) },
    { kind: 'raftElection', process, atMs, forMs: electionMs, justStarted: true },
    ...deaf.map((each): Trouble => ({
      ...{ kind: 'blackhole', process: each, atMs: endedMs - 1, forMs: lockDelayMs },
    })),
    { kind: 'destroySession', atMs: endedMs },
  ];
}
