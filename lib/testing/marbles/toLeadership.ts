import {
  concat,
  EMPTY,
  mergeMap,
  observeOn,
  of,
  queueScheduler,
  scan,
  type OperatorFunction,
} from 'rxjs';
import type { Leadership } from '../../leadership/leadership.js';
import { sameLeadership } from '../../leadership/leadershipOf.js';
import type { Time } from '../../ports/time.js';
import { assertRoles, type Role } from './role.js';
import { initialState, nextState, type ScriptState, type ScriptOptions } from './script.js';
import type { ScriptedTerms } from './scriptedTerms.js';

/** The next role, and how long the work of a leader that it ends is drained, in milliseconds. */
export interface RoleChange {
  readonly role: Role;
  readonly budgetMs: number;
}

interface ToLeadershipOptions extends ScriptOptions {
  readonly time: Time;
  readonly terms: ScriptedTerms;
}

interface Transition {
  readonly script: ScriptState;
  readonly last: Leadership | undefined;
  readonly budgetMs: number;
}

const initial: Transition = { script: initialState, last: undefined, budgetMs: 0 };

/** Turns as the states of an election, each told once. Completes when the work of all terms has ended. */
export function toLeadership({
  time,
  terms,
  ...options
}: ToLeadershipOptions): OperatorFunction<RoleChange, Leadership> {
  const transitionAfter = ({ script }: Transition, { role, budgetMs }: RoleChange): Transition => {
    assertRoles([role], 'The script');
    const step = { role, atMs: time.now().wallMs };
    return { script: nextState(script, step, options), last: script.state, budgetMs };
  };
  return (roleChange$) =>
    roleChange$.pipe(
      // What is asked for while a state is told comes after it, for everybody.
      observeOn(queueScheduler),
      scan(transitionAfter, initial),
      mergeMap(({ script: { state }, last, budgetMs }) => {
        if (state === undefined || (last && sameLeadership(last, state))) return EMPTY;
        return concat(
          of(state.kind === 'Leader' ? terms.bound({ ...state }) : state),
          last?.kind === 'Leader' ? terms.drained(last, budgetMs) : EMPTY,
        );
      }),
    );
}
