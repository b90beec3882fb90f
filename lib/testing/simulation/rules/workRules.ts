import type { SimulatedConsul } from '../../simulatedConsul.js';
import type { WorkPlan } from '../plans/workPlan.js';
import type { HistoryLog } from '../checkers/history.js';
import type { SimulatedProcess } from '../world/simulatedProcess.js';

/** What a process does in one term. */
export interface Work {
  readonly process: SimulatedProcess;
  readonly key: string;
  /** Who held the lock when it began. */
  readonly sessionId: string | undefined;
  /** By when it has to end, on the monotonic clock of its process, once it was told to. */
  endsByMs: number;
  hasEnded: boolean;
  /** Whether it was said to go on for too long, so that nothing covers it any more. */
  isOverrun: boolean;
}

const newWork = (process: SimulatedProcess, key: string, sessionId: string | undefined): Work => ({
  ...{ process, key, sessionId, endsByMs: Infinity, hasEnded: false, isOverrun: false },
});

/** The rules of work, looked at from outside. */
export interface WorkRules {
  readonly begin: (process: SimulatedProcess, key: string) => Work;
  /** It does something of its own. */
  readonly acted: (work: Work) => void;
  /** What it does is let through by the operator. */
  readonly heard: (work: Work) => void;
  /** It is told to stop. */
  readonly told: (work: Work) => void;
  /** It does nothing any more: it has ended, or was cut. */
  readonly stopped: (work: Work) => void;
  /** It is told that it goes on for too long. */
  readonly overrun: (work: Work) => void;
}

/** Sums of fractions of a millisecond differ by less. */
const epsilonMs = 1e-3;

/** Watches over the work of all processes, and reports each breach of a rule. */
export function workRules(
  { kind }: WorkPlan,
  consul: SimulatedConsul,
  { report }: HistoryLog,
): WorkRules {
  const inTurn = turns(report);
  const lookAt = (work: Work): void => {
    if (work.isOverrun) return;
    inTurn(work);
    lookAtLease(work, kind, report);
  };
  const cut = (work: Work): void => {
    const restMs = work.endsByMs - monotonicMs(work);
    const isHolder = consul.holderOf(work.key) === work.sessionId;
    if (restMs > epsilonMs && isHolder) {
      report('work may end', `${named(work)} and is cut ${restMs} ms too early`);
    }
  };
  return {
    begin: (process, key) => newWork(process, key, consul.holderOf(key)),
    acted: (work) => {
      if (isChecked(work)) lookAt(work);
    },
    heard: lookAt,
    told: (work) => {
      const { leaseMs, stopBudgetMs } = work.process.timing;
      const restMs = leaseMs - work.process.confirmations.ageMs(work.key);
      work.endsByMs = monotonicMs(work) + Math.min(stopBudgetMs, restMs);
    },
    stopped: (work) => {
      if (!isChecked(work)) return;
      lookAt(work);
      if (kind !== 'stopped' && !work.hasEnded) cut(work);
    },
    overrun: (work) => {
      if (isChecked(work)) cut(work);
      work.isOverrun = true;
    },
  };
}

function lookAtLease(
  { key, process }: Work,
  kind: WorkPlan['kind'],
  report: HistoryLog['report'],
): void {
  const { leaseMs, stopBudgetMs } = process.timing;
  const ageMs = process.confirmations.ageMs(key);
  // What is drained may say something for as long as the lease lasts, also before it is told to stop.
  if (ageMs > (kind === 'stopped' ? leaseMs - stopBudgetMs : leaseMs) + epsilonMs) {
    report(
      'work inside the lease',
      `${process.name} works for ${key} by evidence of ${ageMs} ms ago`,
    );
  }
}

const monotonicMs = ({ process }: Work): number => process.machine.time.now().monotonicMs;

const named = ({ process, key }: Work): string => `${process.name} works for ${key}`;

/**
 * Whether the process could have noticed that its lease is over: what is overdue in a stopped process runs before
 * the lease's own timer, and a clock that was set is noticed with the next event.
 */
const isChecked = ({ process }: Work): boolean =>
  !process.isDead && process.isSteady && process.machine.isRunning();

/** No work does anything after another of its key has begun. */
function turns(report: HistoryLog['report']): (work: Work) => void {
  const latest = new Map<string, Work>();
  const over = new Set<Work>();
  return (work) => {
    const before = latest.get(work.key);
    if (before === work) return;
    if (over.has(work)) {
      report('one work at a time', `${named(work)} while ${before?.process.name ?? ''} does`);
      return;
    }
    if (before !== undefined) over.add(before);
    latest.set(work.key, work);
  };
}
