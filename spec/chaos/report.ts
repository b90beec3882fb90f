import { tenuresIn } from './checker.js';
import type { ChaosHistory } from './history.js';

/** A run in figures. */
export interface ChaosReport {
  readonly faults: Readonly<Record<string, number>>;
  readonly tenures: number;
  /** How often somebody else led than before. */
  readonly failovers: number;
  readonly writes: number;
  readonly staleWritesRefused: number;
  readonly fencedWrites: number;
  /** The longest time without a leader, in seconds. */
  readonly longestVacancyS: number;
}

/** Counts. */
export function reportOf(history: ChaosHistory): ChaosReport {
  const tenures = tenuresIn(history);
  const following = tenures.slice(1).map((later, at) => ({ earlier: tenures[at]!, later }));
  const counts: Record<string, number> = {};
  for (const { fault } of history.episodes) counts[fault] = (counts[fault] ?? 0) + 1;
  const told = (kind: string): number =>
    history.register.filter((line) => line.kind === kind).length;
  return {
    faults: counts,
    tenures: tenures.length,
    failovers: following.filter(({ earlier, later }) => earlier.name !== later.name).length,
    writes: told('Accepted'),
    staleWritesRefused: told('Refused'),
    fencedWrites: history.entries.length,
    longestVacancyS:
      Math.round(
        Math.max(0, ...following.map(({ earlier, later }) => later.fromMs - earlier.toMs)),
      ) / 1_000,
  };
}
