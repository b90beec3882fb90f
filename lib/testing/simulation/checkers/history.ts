/** A rule that must hold whatever happens. */
export type Rule =
  /** No two processes lead at one instant of the world's time. */
  | 'one leader at a time'
  /** Tokens rise from leader to leader. */
  | 'tokens rise'
  /** No fenced write with an older token is taken after one with a newer. */
  | 'fenced writes in order'
  /** Whoever leads has evidence that is not older than its lease. */
  | 'inside the lease'
  /** Of a key, no two works do anything by turns. */
  | 'one work at a time'
  /** Work does nothing once its lease is over. */
  | 'work inside the lease'
  /** Work that may end is not cut before its time. */
  | 'work may end'
  /** In a balanced group shares differ by one at most, once nothing has gone wrong for a while. */
  | 'even shares'
  /** What has left the election asks Consul nothing, and destroys each session once. */
  | 'leaves cleanly'
  /** When nothing goes wrong any more, somebody leads in time. */
  | 'leads again'
  /** In the end there is no timer, no session and no held lock. */
  | 'leaves nothing';

/** A rule that was broken, when, and how. */
export interface Violation {
  /** The rule. */
  readonly rule: Rule;
  /** Milliseconds of the world's time. */
  readonly atMs: number;
  /** How it was broken. */
  readonly what: string;
}

/** One thing that happened, for a timeline. */
export interface HistoryEntry {
  /** Milliseconds of the world's time. */
  readonly atMs: number;
  /** A process, or `world`. */
  readonly who: string;
  /** In a few words. */
  readonly what: string;
}

/** What a run left behind. */
export interface History {
  /** The rules that were broken, each once. */
  readonly violations: readonly Violation[];
  /** Everything that happened, in order. */
  readonly entries: readonly HistoryEntry[];
  /** How long the run was, in milliseconds of the world's time. */
  readonly worldMs: number;
  /** How many requests reached Consul. */
  readonly requests: number;
  /** How often somebody became the leader. */
  readonly terms: number;
  /** How many fenced writes were taken, by Consul and by a register outside of it. */
  readonly fencedWrites: number;
  /** How many of them were refused, because another leads or led since. */
  readonly staleWrites: number;
}

/** Writes a history down while it happens. */
export interface HistoryLog {
  readonly tell: (who: string, what: string) => void;
  readonly report: (rule: Rule, what: string) => void;
  readonly violations: readonly Violation[];
  readonly entries: readonly HistoryEntry[];
}

/** An empty log. Only the first breach of each rule is kept: others mostly follow from it. */
export function historyLog(nowMs: () => number): HistoryLog {
  const violations = new Map<Rule, Violation>();
  const entries: HistoryEntry[] = [];
  return {
    tell: (who, what) => void entries.push({ atMs: nowMs(), who, what }),
    report: (rule, what) => {
      if (violations.has(rule)) return;
      violations.set(rule, { rule, atMs: nowMs(), what });
      entries.push({ atMs: nowMs(), who: 'world', what: `BROKEN ${rule}: ${what}` });
    },
    get violations() {
      return [...violations.values()];
    },
    entries,
  };
}
