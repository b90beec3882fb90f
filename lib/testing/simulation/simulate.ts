import { VirtualTimeScheduler } from 'rxjs';
import { explainTiming } from '../../config/explain/explainTiming.js';
import type { TimingExplanation } from '../../config/explain/explanation.js';
import type { ElectionOptions } from '../../config/model/options.js';
import type { Timing } from '../../config/model/settings.js';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import type { Leadership } from '../../leadership/leadership.js';
import { seededChance } from '../time/seededChance.js';
import { simulatedConsul } from '../simulatedConsul.js';
import { virtualTime } from '../time/virtualTime.js';
import { fencedWork, type FencedWorkParts } from './fencedWork.js';
import { fenceRules, type FenceRules } from './fenceRules.js';
import { chronicle, type History } from './history.js';
import { inflict, kill, type Stage } from './inflict.js';
import { leaderRules, type LeaderRules } from './leaderRules.js';
import { calmMs, type Plan } from './plan.js';
import {
  leadersOf,
  simulatedProcess,
  type ProcessParts,
  type SimulatedProcess,
} from './simulatedProcess.js';
import type { Trouble } from './trouble.js';

/** How a simulation runs besides its plan. */
export interface SimulateOptions {
  /**
   * Makes the elections; a broken one shows whether the rules catch it.
   * Defaults to `leaderElection`.
   */
  readonly elect?: (options: ElectionOptions) => LeaderElection;
}

const key = 'locks/simulated';

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
  const timing = explainTiming(plan.timing);
  const chance = seededChance(plan.seed);
  const options = { key, ...plan.timing, nodeChecks: plan.nodeChecks };
  const later = (delayMs: number, run: () => void) => void scheduler.schedule(run, delayMs);
  const fences = fenceRules(consul, key, record, () => scheduler.now());
  const parts = { consul, time, chance, options, fences, chronicle: record, later };
  const { processes, start, rules } = cast(plan, { ...parts, ...(elect && { elect }) }, timing);
  const stage: Stage = { consul, key, fences, processes, replace: start, later };

  for (const place of plan.rates.keys()) start(place);
  for (const trouble of plan.troubles) {
    later(trouble.atMs, () => {
      record.tell('world', described(trouble));
      inflict(stage, trouble);
    });
  }
  const quietMs = calmMs(plan);
  const isFenced = plan.safety === 'fence';
  const endMs = exam(quietMs, timing, { later, processes, rules, ...(isFenced && { fences }) });
  lookAgain(rules, later, endMs);
  scheduler.maxFrames = endMs + afterlifeMs;
  scheduler.flush();

  rules.expectNothingLeft(consul, key, scheduler.actions.length);
  const { violations, happenings } = record;
  return {
    ...{ violations, happenings, worldMs: endMs, requests: consul.requests.length },
    ...{ tenures: rules.tenures(), fencedWrites: fences.counts.taken },
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

/**
 * How much later than predicted somebody may lead, in milliseconds: some messages take 4, and the
 * figures are for clocks that run alike.
 */
const toleranceMs = ({ lockDelayMs, clockDrift }: Timing): number =>
  50 + 2 * clockDrift * lockDelayMs;

/**
 * What is asked of the world once it is quiet: somebody leads in time; when that one crashes, another
 * does; when that one resigns, another does; then all resign. Returns when it is over.
 */
function exam(quietMs: number, timing: TimingExplanation, world: Examined): number {
  const { fences, later, processes, rules } = world;
  const resigns = ({ election }: SimulatedProcess) =>
    election.resign().subscribe({ error: () => undefined });

  const lateMs = toleranceMs(timing.timing);
  const recoveredMs = quietMs + timing.recoveryMs;
  const failedOverMs = recoveredMs + timing.crashFailoverMs.worst + timing.longestTurnMs + lateMs;
  const handedOverMs = failedOverMs + timing.handoverMs.worst + timing.longestTurnMs + lateMs;
  later(recoveredMs, () => {
    rules.expectLeader('after the last trouble');
    fences?.expectWrites(quietMs, 'after the last trouble');
    const [crashing] = leadersOf(processes);
    if (crashing) kill(crashing);
  });
  later(failedOverMs, () => {
    rules.expectLeader('after a crash');
    const [resigning] = leadersOf(processes);
    if (resigning && processes.filter(({ isDead }) => !isDead).length > 1) resigns(resigning);
  });
  later(handedOverMs, () => {
    rules.expectLeader('after a handover');
    processes.forEach(resigns);
  });
  return handedOverMs;
}

interface Examined {
  readonly later: (delayMs: number, run: () => void) => void;
  readonly processes: readonly SimulatedProcess[];
  readonly rules: LeaderRules;
  /** Where leaders write, in worlds in which they do. */
  readonly fences?: FenceRules;
}

/** The processes, what starts one in a place, and the rules over them. */
function cast(
  { rates, safety }: Plan,
  parts: ProcessParts & FencedWorkParts,
  { timing }: TimingExplanation,
) {
  const { chronicle: record } = parts;
  const processes: SimulatedProcess[] = [];
  const rules = leaderRules(processes, record, timing, safety);
  let started = 0;
  const start = (place: number): void => {
    const name = started < rates.length ? `p${place}` : `p${place}#${started}`;
    started += 1;
    const newcomer = simulatedProcess(name, rates[place] ?? 1, parts, (process, state) => {
      record.tell(process.name, told(state));
      rules.hear(process, state);
    });
    processes[place] = newcomer;
    if (safety === 'fence') fencedWork(newcomer, parts).subscribe({ error: () => undefined });
  };
  return { processes, start, rules };
}

function told(state: Leadership): string {
  switch (state.kind) {
    case 'Leader':
      return `leads (token ${state.fencingToken})`;
    case 'Follower':
      return state.leader === undefined ? 'knows of no leader' : 'follows';
    case 'Error':
      return `does not know: ${state.error.code}`;
  }
}

function described({ kind, atMs: _, ...rest }: Trouble): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return `${kind} ${details.join(', ')}`.trim();
}
