import { VirtualTimeScheduler } from 'rxjs';
import { explainTiming } from '../../config/explain/explainTiming.js';
import type { ElectionOptions, TimingOptions } from '../../config/model/options.js';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import { seededChance } from '../time/seededChance.js';
import { simulatedConsul } from '../simulatedConsul.js';
import { virtualTime } from '../time/virtualTime.js';
import { cast } from './cast.js';
import { exam } from './exam.js';
import { chronicle, type History } from './history.js';
import { inflict, type Stage } from './inflict.js';
import type { LeaderRules } from './leaderRules.js';
import { calmMs, type Plan } from './plan.js';
import type { Trouble } from './trouble.js';

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
const afterlifeMs = 200_000;

/**
 * Runs a world of contenders through the troubles of a plan, and judges what it sees by rules that
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
  const record = chronicle(() => scheduler.now());
  const later = (delayMs: number, run: () => void) => void scheduler.schedule(run, delayMs);
  const world = { plan, consul, time, chronicle: record, later, ...(elect && { elect }) };
  const { fences, keys, processes, rules, start } = cast(world);

  for (const place of plan.rates.keys()) start(place);
  for (const trouble of plan.troubles) {
    later(trouble.atMs, () => {
      record.tell('world', described(trouble));
      inflict({ consul, keys, fences, processes, replace: start, later }, trouble);
    });
  }
  const timing = explainTiming(slowestTiming(plan));
  const endMs = exam(calmMs(plan), { plan, timing, processes, rules, fences, later });
  lookAgain(rules, later, endMs);
  scheduler.maxFrames = endMs + afterlifeMs;
  scheduler.flush();

  rules.expectNothingLeft(consul, scheduler.actions.length);
  const { violations, happenings } = record;
  return {
    ...{ violations, happenings, worldMs: endMs, requests: consul.requests.length },
    ...{ terms: rules.terms(), fencedWrites: fences.counts.taken },
    staleWrites: fences.counts.refused,
  };
}

/** Looks at intervals. One at a time is set: a scheduler that sorts its actions is slow where many wait. */
function lookAgain(rules: LeaderRules, later: Stage['later'], restMs: number): void {
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

function described({ kind, atMs: _, ...rest }: Trouble): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return `${kind} ${details.join(', ')}`.trim();
}
