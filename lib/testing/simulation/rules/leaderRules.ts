import type { Leadership } from '../../../leadership/leadership.js';
import type { SimulatedConsul } from '../../simulatedConsul.js';
import type { HistoryLog } from '../checkers/history.js';
import type { Plan } from '../plans/plan.js';
import { leadersOf, type SimulatedProcess } from '../world/simulatedProcess.js';

/** The rules of elections, looked at from outside. */
export interface LeaderRules {
  /** Looks at them now. */
  readonly look: () => void;
  /** Takes in what a process says of a key. */
  readonly hear: (process: SimulatedProcess, key: string, state: Leadership) => void;
  /** Somebody must lead each key now. */
  readonly expectLeaders: (when: string) => void;
  /** Shares must differ by one at most now. */
  readonly expectEvenShares: () => void;
  /** Everybody has left. */
  readonly expectNothingLeft: (consul: SimulatedConsul, timers: number) => void;
  /** How often somebody became a leader. */
  readonly terms: () => number;
}

/** Sums of fractions of a millisecond differ by less. */
const epsilonMs = 1e-3;

/**
 * Watches over processes, and reports each breach of a rule. Where only fences keep a world safe, more
 * than one may lead, and the order in which they say so means nothing.
 */
export function leaderRules(
  keys: readonly string[],
  processes: readonly SimulatedProcess[],
  { report }: HistoryLog,
  safety: Plan['safety'],
): LeaderRules {
  const tokens = new Map(
    keys.map((key) => [key, tokenRule(safety === 'lease' ? report : () => undefined)]),
  );
  const look = (): void => {
    for (const key of keys) {
      const leading = leadersOf(processes, key);
      if (leading.length > 1 && safety === 'lease') {
        report('one leader at a time', leading.map(({ name }) => name).join(' and '));
      }
      for (const leader of leading) lookAtLease(leader, key, report);
    }
  };

  return {
    look,
    hear: ({ name }, key, state) => {
      look();
      if (state.kind === 'Leader') tokens.get(key)?.take(name, state.fencingToken.value);
    },
    ...expectations(keys, processes, report),
    terms: () => [...tokens.values()].reduce((sum, { taken }) => sum + taken(), 0),
  };
}

/** What must be so at a moment of the final checks. */
function expectations(
  keys: readonly string[],
  processes: readonly SimulatedProcess[],
  report: HistoryLog['report'],
): Pick<LeaderRules, 'expectLeaders' | 'expectEvenShares' | 'expectNothingLeft'> {
  const present = () => processes.filter(({ isDead }) => !isDead);
  return {
    expectLeaders: (when) => {
      const led = keys.filter((key) => leadersOf(processes, key).length > 0);
      if (present().length > 0 && led.length < keys.length) {
        report('leads again', `nobody in time ${when}, for ${keys.length - led.length} keys`);
      }
    },
    expectEvenShares: () => {
      const shares = present().map(({ leading }) => leading().length);
      if (Math.max(...shares) - Math.min(...shares) > 1) report('even shares', shares.join());
    },
    expectNothingLeft: (consul, timers) => {
      const sessions = consul.sessions().length;
      if (timers > 0) report('leaves nothing', `${timers} timers`);
      if (sessions > 0) report('leaves nothing', `${sessions} sessions`);
      if (keys.some((key) => consul.holderOf(key) !== undefined)) {
        report('leaves nothing', 'a lock that is held');
      }
    },
  };
}

function lookAtLease(
  { name, confirmations, electionOf, timing: { leaseMs, stopBudgetMs } }: SimulatedProcess,
  key: string,
  report: HistoryLog['report'],
): void {
  const ageMs = confirmations.ageMs(key);
  if (ageMs > leaseMs) report('inside the lease', `${name} by evidence of ${ageMs} ms ago`);
  // What it claims for the future is judged now, while nothing can have come between.
  const claimedMs = ageMs + electionOf(key).leaseRemainingMs();
  if (claimedMs > leaseMs - stopBudgetMs + epsilonMs) {
    report('inside the lease', `${name} will lead until ${claimedMs} ms after its confirmation`);
  }
}

function tokenRule(report: HistoryLog['report']) {
  let last = { name: '', token: -1n };
  let taken = 0;
  return {
    taken: () => taken,
    take: (name: string, token: bigint): void => {
      taken += 1;
      // A lease that expired may be regained under its token, if nobody led in between.
      const rises = name === last.name ? token >= last.token : token > last.token;
      if (!rises)
        report('tokens rise', `${name} has ${token} after ${last.name} had ${last.token}`);
      last = { name, token };
    },
  };
}
