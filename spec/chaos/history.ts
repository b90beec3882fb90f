/** A line that a process told, on the clock which all processes of the machine share. */
export interface Line {
  readonly kind: string;
  readonly atMs: number;
  readonly token?: string;
  readonly remainingMs?: number;
  readonly key?: string;
  readonly name?: string;
  readonly sequence?: number;
  readonly code?: string;
}

/** One process that contended, from its start to its end. */
export interface Life {
  readonly name: string;
  readonly lines: readonly Line[];
  /** When it was killed or gone, if it is. */
  readonly endedAtMs: number | undefined;
  /** Whether it was told to end. */
  readonly ending: boolean;
  /** What it said when it ended untold. */
  readonly crash: string | undefined;
}

/** One fault, and what followed. */
export interface Episode {
  readonly fault: string;
  readonly fromMs: number;
  /** When nothing was wrong any more. */
  readonly healedMs: number;
  /** When somebody led after that; missing if nobody did in time. */
  readonly ledMs: number | undefined;
}

/** An entry that a fenced transaction wrote. */
export interface FencedEntry {
  readonly key: string;
  readonly modifyIndex: number;
}

/** All that was recorded of a run. */
export interface ChaosHistory {
  readonly lives: readonly Life[];
  /** What the register told. */
  readonly register: readonly Line[];
  readonly episodes: readonly Episode[];
  /** What Consul holds in the end. */
  readonly entries: readonly FencedEntry[];
}
