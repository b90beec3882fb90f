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
import { candidacy, type Exit } from './candidacy.js';
import type { Interventions } from './contend.js';
import type { Contender } from './contender.js';
import type { Leader, Leadership } from './leadership.js';
import { leadershipOf, metadataOf, sameLeadership } from './leadershipOf.js';
import { leaseTimer } from './leaseTimer.js';
import { raceForKey } from './raceForKey.js';
import type { Tenure } from './tenure.js';
import { joining, transition, type ElectionState, type Holding } from './transition.js';

/** What the owner of a contender can ask of it while it runs. */
export type Commands = Exit & Interventions;

/** What a contender knows, after each event: the events of its candidacy, folded by `transition`. */
export function electionStates(
  contender: Contender,
  commands: Commands,
): Observable<ElectionState> {
  const { consul, timing } = contender;
  return candidacy(contender, commands, raceForKey(contender, commands)).pipe(
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
  tenureOf: (state: Holding) => Tenure,
): OperatorFunction<ElectionState, Leadership> {
  const metadata = metadataOf(value);
  return (state$) =>
    state$.pipe(
      concatMap((state) => {
        const leadership = leadershipOf(key, timing, state);
        if (leadership === undefined) return EMPTY;
        if (leadership.kind === 'Leader' && state.kind === 'Holding') {
          return of(bound({ ...leadership, metadata }, tenureOf(state)));
        }
        return letItCrash && leadership.kind === 'Error'
          ? throwError(() => leadership.error)
          : of(leadership);
      }),
      distinctUntilChanged(sameLeadership),
    );
}

const bound = (leader: Leader, tenure: Tenure): Leader =>
  Object.defineProperty(leader, 'tenure', { value: tenure });
