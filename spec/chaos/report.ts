import { termsIn } from './checker.js';
import type { ChaosHistory } from './history.js';

/** A run in figures. */
export interface ChaosReport {
  readonly faults: Readonly<Record<string, number>>;
  readonly terms: number;
  /** How often somebody else led than before. */
  readonly failovers: number;
  readonly writes: number;
  readonly staleWritesRefused: number;
  readonly fencedWrites: number;
  /** The longest time without a leader, in seconds. */
  readonly longestLeaderlessS: number;
}

/** Counts. */
export function reportOf(history: ChaosHistory): ChaosReport {
  const terms = termsIn(history);
  const following = terms.slice(1).map((later, at) => ({ earlier: terms[at]!, later }));
  const counts: Record<string, number> = {};
  for (const { fault } of history.episodes) counts[fault] = (counts[fault] ?? 0) + 1;
  const told = (kind: string): number =>
    history.register.filter((line) => line.kind === kind).length;
  return {
    faults: counts,
    terms: terms.length,
    failovers: following.filter(({ earlier, later }) => earlier.name !== later.name).length,
    writes: told('Accepted'),
    staleWritesRefused: told('Refused'),
    fencedWrites: history.entries.length,
    longestLeaderlessS:
      Math.round(
        Math.max(0, ...following.map(({ earlier, later }) => later.fromMs - earlier.toMs)),
      ) / 1_000,
  };
}
