import type { TimingExplanation } from '../../../config/explain/explanation.js';
import type { Timing } from '../../../config/model/settings.js';
import type { FenceRules } from '../checkers/fenceRules.js';
import { kill } from '../world/injectFault.js';
import type { LeaderRules } from './leaderRules.js';
import type { Plan } from '../plans/plan.js';
import type { SimulatedProcess } from '../world/simulatedProcess.js';

/** A world that is checked once it is quiet. */
export interface CheckedWorld {
  readonly plan: Plan;
  readonly timing: TimingExplanation;
  readonly processes: readonly SimulatedProcess[];
  readonly rules: LeaderRules;
  readonly fences: FenceRules;
  readonly later: (delayMs: number, run: () => void) => void;
}

/** How long shares may take to become even, in milliseconds. */
const evenAfterMs = 120_000;

/** For how long processes of a group let each other go first, as a rule, in milliseconds. */
const deferMs = 3_000;

/**
 * How much later than predicted somebody may lead, in milliseconds: some messages take 4, and the
 * figures are for clocks that run alike.
 */
const toleranceMs = ({ lockDelayMs, clockDrift }: Timing): number =>
  50 + 2 * clockDrift * lockDelayMs;

/**
 * What is asked of the world once it is quiet: somebody leads each key in time, and shares become even; when the
 * one who leads most crashes, others do; when the next one resigns, others do; then all resign. Returns when it
 * is over.
 */
export function scheduleFinalChecks(quietMs: number, world: CheckedWorld): number {
  const { fences, later, plan, processes, rules, timing } = world;
  const isBalanced = plan.group?.balance === true;
  const deferringMs = plan.group === undefined ? 0 : deferMs;
  const lateMs = toleranceMs(timing.timing) + deferringMs;
  const recoveredMs = quietMs + timing.recoveryMs + deferringMs;
  const evenMs = isBalanced ? Math.max(recoveredMs, quietMs + evenAfterMs) : recoveredMs;
  const failedOverMs = evenMs + timing.crashFailoverMs.worst + timing.longestTurnMs + lateMs;
  const handedOverMs = failedOverMs + timing.handoverMs.worst + timing.longestTurnMs + lateMs;
  later(recoveredMs, () => {
    rules.expectLeaders('after the last fault');
    if (plan.safety === 'fence') fences.expectWrites(quietMs, 'after the last fault');
  });
  later(evenMs, () => {
    if (isBalanced) rules.expectEvenShares();
    const crashing = busiest(processes);
    if (crashing) kill(crashing);
  });
  later(failedOverMs, () => {
    rules.expectLeaders('after a crash');
    const resigning = busiest(processes);
    if (resigning && processes.filter(({ isDead }) => !isDead).length > 1) resign(resigning);
  });
  later(handedOverMs, () => {
    rules.expectLeaders('after a handover');
    processes.forEach(resign);
  });
  return handedOverMs;
}

const resign = (process: SimulatedProcess): unknown =>
  process.resign().subscribe({ error: () => undefined });

/** Who leads most keys, if anybody leads. */
function busiest(processes: readonly SimulatedProcess[]): SimulatedProcess | undefined {
  const [first] = [...processes]
    .filter(({ leading }) => leading().length > 0)
    .sort((one, other) => other.leading().length - one.leading().length);
  return first;
}
