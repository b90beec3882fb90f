import { seededChance } from '../../time/seededChance.js';
import { oneOf } from './draw.js';

/** What leaders do in a world. */
export interface WorkPlan {
  /**
   * How it ends: `stopped` at once, `drained` when it has come to its end, or as a `promise`, which nothing can
   * stop.
   */
  readonly kind: 'stopped' | 'drained' | 'promise';
  /** How long it goes on after it was told to stop, in milliseconds of its process's time. */
  readonly endsAfterMs: number;
}

/** The part of worlds in which leaders work. */
const workPart = 0.7;

const endsAfterMs = [0, 50, 300, 1_000, 3_000, 10_000];

/** What leaders do in the world of a seed. */
export function workOf(seed: number): WorkPlan | undefined {
  // A chance of its own, so that the rest of the world stays what it was.
  const chance = seededChance(seed + 5);
  if (chance() >= workPart) return undefined;
  const kind = oneOf<WorkPlan['kind']>(chance, ['stopped', 'drained', 'drained', 'promise']);
  return { kind, endsAfterMs: oneOf(chance, endsAfterMs) };
}
