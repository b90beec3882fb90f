import { EMPTY } from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';
import { seededChance } from '../time/seededChance.js';
import { keysOf } from './world/processElections.js';
import { fencedWork } from './rules/fencedWork.js';
import { fenceRules, type FenceRules } from './checkers/fenceRules.js';
import type { FaultTargets } from './world/injectFault.js';
import { leaderRules, type LeaderRules } from './rules/leaderRules.js';
import type { Plan } from './plans/plan.js';
import {
  simulatedProcess,
  type ProcessParts,
  type SimulatedProcess,
} from './world/simulatedProcess.js';
import { workRules } from './rules/workRules.js';
import { work } from './rules/work.js';

/** What a world has before anybody is in it. */
interface World extends Pick<ProcessParts, 'consul' | 'time' | 'historyLog' | 'elect'> {
  readonly plan: Plan;
  readonly later: FaultTargets['later'];
}

/** Those who are in a world, and what watches over them. */
interface StartableProcesses {
  readonly keys: readonly string[];
  readonly processes: SimulatedProcess[];
  readonly fences: FenceRules;
  readonly rules: LeaderRules;
  /** Starts a process in a place. */
  readonly start: (place: number) => void;
}

/** The processes, what starts one in a place, and the rules over them. */
export function startableProcesses({ plan, ...world }: World): StartableProcesses {
  const { consul, time, historyLog: record, later } = world;
  const { group, lockDelaysMs = [], nodeChecks, rates, safety, seed, timing } = plan;
  const keys = keysOf(group);
  const processes: SimulatedProcess[] = [];
  const chance = seededChance(seed);
  const fences = fenceRules(consul, keys[0] ?? '', record, () => time.scheduler.now());
  const rules = leaderRules(keys, processes, record, safety);
  const ruled = plan.work && workRules(plan.work, consul, record);
  const parts: ProcessParts = {
    ...{ ...world, group, fences, chance },
    hear: (process, key, state) => {
      record.tell(process.name, group ? `${key}: ${describeState(state)}` : describeState(state));
      rules.hear(process, key, state);
    },
    work: (process, key) => {
      if (safety === 'fence') return fencedWork(process, key, { chance, fences, later });
      return plan.work && ruled ? work(process, key, plan.work, ruled) : EMPTY;
    },
  };
  let started = 0;
  const start = (place: number): void => {
    const name = started < rates.length ? `p${place}` : `p${place}#${started}`;
    started += 1;
    const lockDelayMs = lockDelaysMs[place];
    const election = { ...timing, nodeChecks, ...(lockDelayMs !== undefined && { lockDelayMs }) };
    processes[place] = simulatedProcess({ name, rate: rates[place] ?? 1, election }, parts);
  };
  return { fences, keys, processes, rules, start };
}

function describeState(state: Leadership): string {
  switch (state.kind) {
    case 'Leader':
      return `leads (token ${state.fencingToken})`;
    case 'Follower':
      return state.leader === undefined ? 'knows of no leader' : 'follows';
    case 'Error':
      return `does not know: ${state.error.code}`;
  }
}
