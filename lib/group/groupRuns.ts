import {
  concatMap,
  defer,
  finalize,
  from,
  ignoreElements,
  map,
  share,
  Subject,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import { noteIndex } from '../leadership/lockClaim.js';
import { campaign, type Exit } from '../leadership/campaign.js';
import { sessionRegister } from '../leadership/sessionRegister.js';
import { transition, type ElectionState } from '../leadership/transition.js';
import { alongside } from '../session/alongside.js';
import { releases } from './releases.js';
import { groupOf, type Group, type GroupContext } from './group.js';
import { expireLeases } from './expireLeases.js';
import { raceForGroup } from './raceForGroup.js';
import type { CandidacyEvent } from './candidacy.js';

/** A group at work, from its first key to its last. */
interface GroupRun {
  readonly group: Group;
  /** Leaves all elections. */
  readonly resign: () => void;
  /** Keeps the group at work while subscribed, and tells the keys what happens. */
  readonly work$: Observable<never>;
}

/**
 * Makes a group without keys.
 *
 * @param ended - called when it works no more, before any subscriber hears of it
 */
function groupRun(context: GroupContext, track: Exit['track'], ended: () => void): GroupRun {
  const group = groupOf(context);
  const resign$ = new Subject<void>();
  const end = (): void => {
    ended();
    group.releaseEnded$.complete();
  };
  const work$ = campaign(context, { resign$, track }, raceForGroup(group)).pipe(
    alongside(releases(group)),
    expireLeases(group),
    told(group),
    tap({
      error: end,
      complete: () => {
        end();
        for (const { state$ } of group.candidacies.values()) state$.complete();
      },
    }),
    finalize(end),
    share(),
  );
  return { group, work$, resign: () => resign$.next() };
}

/**
 * Notes what each event means to its key, and tells the key's subscribers. What they do in answer is
 * noted at once and told after it, so that nobody hears of things in another order than they happened.
 */
function told({ timing }: Group): OperatorFunction<CandidacyEvent, never> {
  return (event$) =>
    event$.pipe(
      map(({ candidacy, event }) => {
        if (candidacy.claim) noteIndex(candidacy.claim, event);
        const states = transition(timing, candidacy.election, event);
        candidacy.election = states[states.length - 1] ?? candidacy.election;
        return {
          candidacy,
          states,
          lostBy: event.type === 'Lost' ? candidacy.claim?.sessionId : undefined,
        };
      }),
      concatMap(({ candidacy, states, lostBy }) =>
        from<readonly ElectionState[]>(states).pipe(
          tap({
            next: (state) => candidacy.state$.next(state),
            // Another process may hold the lock already, so what still needs it gets no time to end.
            complete: () => {
              if (lostBy !== undefined) candidacy.contender.holds.cut(lostBy);
            },
          }),
        ),
      ),
      ignoreElements(),
    );
}

/** A group over time: it works while keys are joined, and begins anew when one is joined again. */
export interface GroupRuns {
  readonly context: GroupContext;
  /** The group at work, which begins with this call if it does not yet. */
  readonly begun: () => GroupRun;
  /** The group at work, if it is. */
  readonly running: () => GroupRun | undefined;
  /** Completes once all sessions of the group are destroyed. */
  readonly ended: () => Observable<never>;
  /** Leaves all elections; completes once that is done. */
  readonly resigned$: Observable<never>;
}

/** A group that does not work yet. */
export function groupRuns(context: GroupContext): GroupRuns {
  const { ended, track } = sessionRegister(context);
  let run: GroupRun | undefined;
  const begun = (): GroupRun => {
    if (run !== undefined) return run;
    const next = groupRun(context, track, () => {
      if (run === next) run = undefined;
    });
    run = next;
    return next;
  };
  return {
    context,
    begun,
    running: () => run,
    ended,
    resigned$: defer(() => {
      run?.resign();
      return ended();
    }),
  };
}
