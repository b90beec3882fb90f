import type { DetectorOptions } from '../../../config/model/options.js';
import { seededChance } from '../../time/seededChance.js';
import { between, oneOf } from './draw.js';
import type { SimulatedFault } from './simulatedFault.js';

/** The part of worlds whose sessions depend on TTL checks. */
const checkedPart = 0.2;

/** Short ones are drawn less often: what passes them eight times a second costs many times as much. */
const checkTtlsMs = [500, 1_000, 3_000, 3_000, 10_000, 10_000];

/** How Consul learns of crashes, and restarts of the agent, which matter to checks alone. */
export function detection(
  seed: number,
  faultyMs: number,
): {
  readonly detector: DetectorOptions;
  readonly restarts: readonly SimulatedFault[];
} {
  // A chance of its own, so that worlds without checks stay what they were.
  const chance = seededChance(seed + 2);
  if (chance() >= checkedPart) return { detector: { kind: 'sessionTtl' }, restarts: [] };
  const checkTtlMs = oneOf(chance, checkTtlsMs);
  const restart = (): SimulatedFault => ({
    kind: 'agentRestart',
    atMs: between(chance, 0, faultyMs),
    keepsData: chance() < 0.5,
  });
  return {
    detector: { kind: 'ttlCheck', checkTtlMs, serfHealth: chance() < 0.5 },
    restarts: Array.from({ length: between(chance, 0, 3) }, restart),
  };
}
