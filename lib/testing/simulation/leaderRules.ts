import type { Timing } from '../../config/model/settings.js';
import type { Leadership } from '../../leadership/leadership.js';
import type { SimulatedConsul } from '../simulatedConsul.js';
import type { Chronicle } from './history.js';
import type { Plan } from './plan.js';
import { leadersOf, type SimulatedProcess } from './simulatedProcess.js';

/** The rules of an election, looked at from outside. */
export interface LeaderRules {
  /** Looks at them now. */
  readonly look: () => void;
  /** Takes in what a process says. */
  readonly hear: (process: SimulatedProcess, state: Leadership) => void;
  /** Somebody must lead now. */
  readonly expectLeader: (when: string) => void;
  /** Everybody has left. */
  readonly expectNothingLeft: (consul: SimulatedConsul, key: string, timers: number) => void;
  /** How often somebody became the leader. */
  readonly tenures: () => number;
}

/** Sums of fractions of a millisecond differ by less. */
const epsilonMs = 1e-3;

/**
 * Watches over processes, and accuses whoever breaks a rule. Where only fences keep a world safe, more
 * than one may lead, and the order in which they say so means nothing.
 */
export function leaderRules(
  processes: readonly SimulatedProcess[],
  { accuse }: Chronicle,
  timing: Timing,
  safety: Plan['safety'],
): LeaderRules {
  const tokens = tokenRule(safety === 'lease' ? accuse : () => undefined);
  const look = (): void => {
    const leading = leadersOf(processes);
    if (leading.length > 1 && safety === 'lease') {
      accuse('one leader at a time', leading.map(({ name }) => name).join(' and '));
    }
    for (const leader of leading) lookAtLease(leader, timing, accuse);
  };

  return {
    look,
    hear: ({ name }, state) => {
      look();
      if (state.kind === 'Leader') tokens.take(name, state.fencingToken.value);
    },
    expectLeader: (when) => {
      const isAlive = processes.some(({ isDead }) => !isDead);
      if (isAlive && leadersOf(processes).length === 0)
        accuse('leads again', `nobody in time ${when}`);
    },
    expectNothingLeft: (consul, key, timers) => {
      const sessions = consul.sessions().length;
      if (timers > 0) accuse('leaves nothing', `${timers} timers`);
      if (sessions > 0) accuse('leaves nothing', `${sessions} sessions`);
      if (consul.holderOf(key) !== undefined) accuse('leaves nothing', 'a lock that is held');
    },
    tenures: tokens.taken,
  };
}

function lookAtLease(
  { name, proofs, election }: SimulatedProcess,
  { leaseMs, stopBudgetMs }: Timing,
  accuse: Chronicle['accuse'],
): void {
  const ageMs = proofs.ageMs();
  if (ageMs > leaseMs) accuse('inside the lease', `${name} by a proof of ${ageMs} ms ago`);
  // What it claims for the future is judged now, while nothing can have come between.
  const claimedMs = ageMs + election.leaseRemainingMs();
  if (claimedMs > leaseMs - stopBudgetMs + epsilonMs) {
    accuse('inside the lease', `${name} will lead until ${claimedMs} ms after its proof`);
  }
}

function tokenRule(accuse: Chronicle['accuse']) {
  let last = { name: '', token: -1n };
  let taken = 0;
  return {
    taken: () => taken,
    take: (name: string, token: bigint): void => {
      taken += 1;
      // A lease that lapsed may be regained under its token, if nobody led in between.
      const rises = name === last.name ? token >= last.token : token > last.token;
      if (!rises)
        accuse('tokens rise', `${name} has ${token} after ${last.name} had ${last.token}`);
      last = { name, token };
    },
  };
}
