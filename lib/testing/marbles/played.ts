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
import { curtain, sceneAfter, type Scene, type ScriptOptions } from './script.js';
import type { ScriptedTerms } from './scriptedTerms.js';

/** The next role, and how long the work of a leader that it ends is drained, in milliseconds. */
export interface Turn {
  readonly role: Role;
  readonly budgetMs: number;
}

interface PlayOptions extends ScriptOptions {
  readonly time: Time;
  readonly terms: ScriptedTerms;
}

interface Step {
  readonly scene: Scene;
  readonly last: Leadership | undefined;
  readonly budgetMs: number;
}

const opening: Step = { scene: curtain, last: undefined, budgetMs: 0 };

/** Turns as the states of an election, each told once. Completes when the work of all terms has ended. */
export function played({
  time,
  terms,
  ...options
}: PlayOptions): OperatorFunction<Turn, Leadership> {
  const stepAfter = ({ scene }: Step, { role, budgetMs }: Turn): Step => {
    assertRoles([role], 'The script');
    const cue = { role, atMs: time.now().wallMs };
    return { scene: sceneAfter(scene, cue, options), last: scene.state, budgetMs };
  };
  return (turn$) =>
    turn$.pipe(
      // What is asked for while a state is told comes after it, for everybody.
      observeOn(queueScheduler),
      scan(stepAfter, opening),
      mergeMap(({ scene: { state }, last, budgetMs }) => {
        if (state === undefined || (last && sameLeadership(last, state))) return EMPTY;
        return concat(
          of(state.kind === 'Leader' ? terms.bound({ ...state }) : state),
          last?.kind === 'Leader' ? terms.drained(last, budgetMs) : EMPTY,
        );
      }),
    );
}
