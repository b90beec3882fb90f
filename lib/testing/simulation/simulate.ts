import { VirtualTimeScheduler } from 'rxjs';
import { explainTiming } from '../../config/explain/explainTiming.js';
import type { ElectionOptions, TimingOptions } from '../../config/model/options.js';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import { seededChance } from '../time/seededChance.js';
import { simulatedConsul } from '../simulatedConsul.js';
import { virtualTime } from '../time/virtualTime.js';
import { startableProcesses } from './processes.js';
import { scheduleFinalChecks } from './rules/finalChecks.js';
import { historyLog, type History } from './checkers/history.js';
import { injectFault, type FaultTargets } from './world/injectFault.js';
import type { LeaderRules } from './rules/leaderRules.js';
import { calmMs, type Plan } from './plans/plan.js';
import type { SimulatedFault } from './plans/simulatedFault.js';

/** How a simulation runs besides its plan. */
export interface SimulateOptions {
  /**
   * Makes the elections of worlds without a group; a broken one shows whether the rules catch it.
   * Defaults to `leaderElection`.
   */
  readonly elect?: (options: ElectionOptions) => LeaderElection;
}

/** How often the rules are looked at besides each change of a leader, in milliseconds. */
const lookMs = 250;

/** The longest that anything runs on after everybody has left: a session's end, a poll's wait. */
const drainMs = 200_000;

/**
 * Runs a world of contenders through the faults of a plan, and judges what it sees by rules that
 * know nothing of the election's code. The same plan gives the same history, always.
 *
 * @example
 * ```ts
 * const { violations } = simulate(planOf(42));
 * console.log(violations.length); // => 0
 * ```
 */
export function simulate(plan: Plan, { elect }: SimulateOptions = {}): History {
  const scheduler = new VirtualTimeScheduler(undefined, Infinity);
  const time = virtualTime(scheduler);
  const consul = simulatedConsul({ time, chance: seededChance(plan.seed + 1), seed: plan.seed });
  const record = historyLog(() => scheduler.now());
  const later = (delayMs: number, run: () => void) => void scheduler.schedule(run, delayMs);
  const world = { plan, consul, time, historyLog: record, later, ...(elect && { elect }) };
  const { fences, keys, processes, rules, start } = startableProcesses(world);

  for (const place of plan.rates.keys()) start(place);
  for (const fault of plan.faults) {
    later(fault.atMs, () => {
      record.tell('world', describeFault(fault));
      injectFault({ consul, keys, fences, processes, replace: start, later }, fault);
    });
  }
  const timing = explainTiming(slowestTiming(plan));
  const endMs = scheduleFinalChecks(calmMs(plan), {
    plan,
    timing,
    processes,
    rules,
    fences,
    later,
  });
  lookAgain(rules, later, endMs);
  scheduler.maxFrames = endMs + drainMs;
  scheduler.flush();

  rules.expectNothingLeft(consul, scheduler.actions.length);
  const { violations, entries } = record;
  return {
    ...{ violations, entries, worldMs: endMs, requests: consul.requests.length },
    ...{ terms: rules.terms(), fencedWrites: fences.counts.taken },
    staleWrites: fences.counts.refused,
  };
}

/** Looks at intervals. One at a time is set: a scheduler that sorts its actions is slow where many wait. */
function lookAgain(rules: LeaderRules, later: FaultTargets['later'], restMs: number): void {
  if (restMs < lookMs) return;
  later(lookMs, () => {
    rules.look();
    lookAgain(rules, later, restMs - lookMs);
  });
}

/** The timing by which the slowest takes over: contenders wait for the lock-delay of the last leader. */
const slowestTiming = ({ timing, lockDelaysMs = [] }: Plan): TimingOptions => ({
  ...timing,
  ...(lockDelaysMs.length > 0 && { lockDelayMs: Math.max(...lockDelaysMs) }),
});

function describeFault({ kind, atMs: _, ...rest }: SimulatedFault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return `${kind} ${details.join(', ')}`.trim();
}
