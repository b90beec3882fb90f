import type { Observable } from 'rxjs';
import type { RunHelpers, TestScheduler } from 'rxjs/testing';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import type { Leadership } from '../../leadership/leadership.js';
import { isRunning } from '../time/running.js';
import { virtualTime } from '../time/virtualTime.js';
import { parseScript, type ParsedScript } from './parseScript.js';
import { roles, type Role } from './role.js';
import { scriptedError, scriptedStates } from './script.js';
import { scriptedElection, type ScriptedElectionOptions } from './scriptedElection.js';

/** What the states of {@link leadershipMarbles} have in common. Everything is optional. */
export interface LeadershipMarblesOptions {
  /** The contended key. Defaults to `locks/reports`. */
  readonly key?: string;
  /** How long the lease is that each `L` tells, in milliseconds. Defaults to 10000. */
  readonly leaseMs?: number;
}

/** Leadership by a script. */
export interface ScriptedLeadership extends Observable<Leadership> {
  /** When it was subscribed to, for `expectSubscriptions` of rxjs. */
  readonly subscriptions: Parameters<RunHelpers['expectSubscriptions']>[0];
}

/** See {@link leadershipMarbles}. */
export interface LeadershipMarbles {
  /**
   * Leadership that begins when it is subscribed to.
   *
   * @param marbles - roles in capitals; time, groups, `|` and `#` as in any marble diagram
   */
  readonly cold: (marbles: string) => ScriptedLeadership;
  /**
   * Leadership on the time of the test: who subscribes late has missed what was told before.
   *
   * @param marbles - roles in capitals, and what `hot` of rxjs takes besides
   */
  readonly hot: (marbles: string) => ScriptedLeadership;
  /**
   * An election by a diagram, for a service that takes a `LeaderElection`. The diagram begins when it is
   * joined: see {@link scriptedElection}, which tells what it does besides.
   *
   * @param marbles - roles in capitals, as for `cold`
   * @param options - what the states of a diagram do not say
   */
  readonly election: (
    marbles: string,
    options?: Pick<ScriptedElectionOptions, 'stopBudgetMs' | 'fencedTransaction'>,
  ) => LeaderElection & Pick<ScriptedLeadership, 'subscriptions'>;
  /**
   * Expects these roles of an election, each change once. With a `V` in the diagram, followers who
   * know of no leader are told from those who do.
   *
   * @param leadership$ - `leadership$` of an election, or a stream of one's own
   * @param subscription - when it is subscribed to, `'^ 30s !'`: an election does not end by itself
   */
  readonly expectLeadership: (
    leadership$: Observable<Leadership>,
    subscription?: string,
  ) => {
    /**
     * The roles that are expected, as a diagram.
     *
     * @param marbles - for example `'F 1s L'`
     */
    readonly toBe: (marbles: string) => void;
  };
}

/**
 * Marble diagrams of leadership, for specs of one's own with any runner:
 *
 * - `L` this process leads, under a new session and a larger token after each interruption
 * - `F` another process leads, a different one for each `F`
 * - `V` a vacancy: this process follows, and nobody leads
 * - `E` trouble: it is not known who leads, and this process does not
 *
 * @param scheduler - the `TestScheduler`, inside of its `run`
 * @param options - the key and the length of leases
 * @throws `Error` outside of `run`, and for a letter that is no role
 *
 * @example
 * ```ts
 * const scheduler = new TestScheduler(assertDeepEqual);
 * scheduler.run(({ expectObservable, expectSubscriptions }) => {
 *   const { cold } = leadershipMarbles(scheduler);
 *   const leadership$ = cold('--F--L----E--L--|');
 *   const leading$ = leadership$.pipe(isLeading());
 *   expectObservable(leading$).toBe('--n--y----n--y--|', { y: true, n: false });
 *   expectSubscriptions(leadership$.subscriptions).toBe('^---------------!');
 * });
 * ```
 */
export function leadershipMarbles(
  scheduler: TestScheduler,
  { key = 'locks/reports', leaseMs = 10_000 }: LeadershipMarblesOptions = {},
): LeadershipMarbles {
  assertRunning(scheduler);
  const time = virtualTime(scheduler);
  const valuesOf = ({ steps, signs }: ParsedScript): Record<string, Leadership> => {
    const states = scriptedStates(steps, { key, leaseMs });
    return Object.fromEntries(states.map((state, index) => [signs[index] ?? '', state]));
  };
  return {
    cold: (marbles) => {
      const steps = parseScript(marbles);
      return scheduler.createColdObservable(steps.marbles, valuesOf(steps), scriptedError());
    },
    hot: (marbles) => {
      const steps = parseScript(marbles);
      return scheduler.createHotObservable(steps.marbles, valuesOf(steps), scriptedError());
    },
    election: (marbles, options) => {
      parseScript(marbles);
      const role$ = scheduler.createColdObservable<Role>(marbles, undefined, scriptedError());
      const election = scriptedElection(role$, { ...options, key, leaseMs, time });
      // Not spread, which would freeze `state`.
      return Object.assign(election, { subscriptions: role$.subscriptions });
    },
    expectLeadership: (leadership$, subscription) => ({
      toBe: (marbles) => {
        parseScript(marbles);
        const told$ = leadership$.pipe(roles({ vacancies: marbles.includes('V') }));
        scheduler.expectObservable(told$, subscription).toBe(marbles);
      },
    }),
  };
}

/** Outside of `run` a diagram has no units of time, and each of its frames is ten milliseconds. */
function assertRunning(scheduler: TestScheduler): void {
  if (isRunning(scheduler)) return;
  throw new Error(
    'leadershipMarbles was called outside `run` of a TestScheduler. ' +
      'Write `scheduler.run(() => { const { cold } = leadershipMarbles(scheduler); ... })`.',
  );
}
