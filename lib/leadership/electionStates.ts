import {
  concatMap,
  distinctUntilChanged,
  EMPTY,
  of,
  scan,
  throwError,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { campaign, type Exit } from './campaign.js';
import type { Interventions } from './contend.js';
import type { Contender } from './contender.js';
import type { Leader, Leadership } from './leadership.js';
import { readLockValue } from '../lock/lockValue.js';
import { leadershipOf, sameLeadership } from './leadershipOf.js';
import { leaseTimer } from './leaseTimer.js';
import { raceForKey } from './raceForKey.js';
import type { Term } from './term.js';
import { joining, transition, type ElectionState, type Holding } from './transition.js';

/** What the owner of a contender can ask of it while it runs. */
export type Commands = Exit & Interventions;

/** What a contender knows, after each event: the events of its candidacy, folded by `transition`. */
export function electionStates(
  contender: Contender,
  commands: Commands,
): Observable<ElectionState> {
  const { consul, timing } = contender;
  return campaign(contender, commands, raceForKey(contender, commands)).pipe(
    leaseTimer(timing, consul.time),
    scan(
      ({ state }, event) => {
        const states = transition(timing, state, event);
        return { states, state: states[states.length - 1] ?? state };
      },
      { state: joining, states: [] as readonly ElectionState[] },
    ),
    concatMap(({ states }) => states),
  );
}

/** What a user is told: known states only, each once; and with `letItCrash`, trouble as an error. */
export function leaderships(
  { key, timing, letItCrash, value }: Contender,
  termOf: (state: Holding) => Term,
): OperatorFunction<ElectionState, Leadership> {
  const metadata = readLockValue(value).metadata;
  const told = (state: ElectionState): Leadership | undefined =>
    leadershipOf(key, timing, state, metadata);
  return (state$) =>
    state$.pipe(
      // Every confirmation is a state of its own, and as a rule no news.
      distinctUntilChanged(
        (one, other) => isSameTerm(one, other) || sameLeadership(told(one), told(other)),
      ),
      concatMap((state) => {
        const leadership = told(state);
        if (leadership === undefined) return EMPTY;
        if (leadership.kind === 'Leader' && state.kind === 'Holding') {
          return of(bound(leadership, termOf(state)));
        }
        return letItCrash && leadership.kind === 'Error'
          ? throwError(() => leadership.error)
          : of(leadership);
      }),
    );
}

/** Whether both hold the lock in an unbroken lease, so that the later one is a confirmation and nothing else. */
const isSameTerm = (one: ElectionState, other: ElectionState): boolean =>
  one.kind === 'Holding' &&
  other.kind === 'Holding' &&
  one.sessionId === other.sessionId &&
  one.since === other.since &&
  one.expired === other.expired &&
  !one.expired;

const bound = (leader: Leader, term: Term): Leader =>
  Object.defineProperty(leader, 'term', { value: term });
