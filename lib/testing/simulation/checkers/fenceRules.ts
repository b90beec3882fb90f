import type { SimulatedConsul } from '../../simulatedConsul.js';
import { fencedWritesAt, type SentWrite } from './fencedWritesAt.js';
import type { Fault } from '../../faults/fault.js';
import type { HistoryLog } from './history.js';

/** A write that carries the token of the leader who sends it. */
export interface FencedWrite {
  readonly name: string;
  readonly token: bigint;
}

/** Where leaders write, and who watches that no older leader's write is taken after a newer one's. */
export interface FenceRules {
  /** The key under which a leader of this token writes to Consul, now. */
  readonly keyFor: (token: bigint) => string;
  /** Watches what a process asks of Consul, at Consul's own end, where everything has its order. */
  readonly watch: (name: string) => Fault;
  /** A write arrives at a register outside of Consul, which refuses smaller tokens than it has seen. */
  readonly register: (write: FencedWrite) => void;
  /** Consul's data are copied; the result is called when the copy takes their place. */
  readonly snapshot: () => (elsewhere: boolean) => void;
  /** Writes must have been taken since a moment. */
  readonly expectWrites: (sinceMs: number, when: string) => void;
  /** Writes that were taken, by Consul and by the register, and those refused for their fence. */
  readonly counts: { readonly taken: number; readonly refused: number };
}

interface Taken extends FencedWrite {
  readonly atMs: number;
}

const nothing: Taken = { name: '', token: -1n, atMs: -1 };

const rule = 'fenced writes in order';

const shown = ({ name, token }: FencedWrite): string => `a write of ${name} with token ${token}`;

/** The rules of fenced writes, over the Consul whose lock on `key` is their fence. */
export function fenceRules(
  consul: SimulatedConsul,
  key: string,
  { report }: HistoryLog,
  nowMs: () => number,
): FenceRules {
  const counts = { taken: 0, refused: 0 };
  // A restored snapshot begins another past: what was on its way from the one before is told apart by it.
  let past = 0;
  let atConsul = nothing;
  const register = fencedRegister(report, nowMs, counts);

  const taken = ({ isHolder, ...write }: SentWrite): void => {
    counts.taken += 1;
    if (!isHolder) report(rule, `Consul took ${shown(write)}, which does not hold the lock`);
    if (write.past !== past) return;
    // Where indexes were given a second time, tokens have no order, and the holder alone is judged.
    if (write.token < atConsul.token && !register.expectsRepeats()) {
      report(rule, `Consul took ${shown(write)} after ${shown(atConsul)}`);
    }
    atConsul = { ...write, atMs: nowMs() };
  };
  return {
    counts,
    keyFor: (token) => `fenced/${past}/${token}`,
    watch: (name) => fencedWritesAt(consul, key, { name, taken, counts }),
    register: register.take,
    snapshot: () => {
      const then = atConsul;
      return (elsewhere) => {
        past += 1;
        if (elsewhere) register.expectRepeats();
        atConsul = then;
      };
    },
    expectWrites: (sinceMs, when) => {
      if (atConsul.atMs < sinceMs) report('leads again', `no write was taken by Consul ${when}`);
      // What has seen larger tokens refuses those of a lock that a restoration gave back to its holder.
      if (past === 0 && register.latestMs() < sinceMs) {
        report('leads again', `no write was taken by the register ${when}`);
      }
    },
  };
}

/** Takes a write whose token is not below the highest it has seen. Two leaders never share a token. */
function fencedRegister(
  report: HistoryLog['report'],
  nowMs: () => number,
  counts: { taken: number; refused: number },
) {
  let last = nothing;
  let repeats = false;
  return {
    take: (write: FencedWrite): void => {
      if (write.token < last.token) {
        counts.refused += 1;
        return;
      }
      counts.taken += 1;
      if (write.token === last.token && write.name !== last.name && !repeats) {
        report(rule, `the register took ${shown(last)} and ${shown(write)}`);
      }
      last = { ...write, atMs: nowMs() };
    },
    latestMs: () => last.atMs,
    expectsRepeats: () => repeats,
    /** From now on indexes are given a second time, and so are tokens. */
    expectRepeats: (): void => {
      repeats = true;
    },
  };
}
