import {
  concat,
  defer,
  EMPTY,
  filter,
  finalize,
  ignoreElements,
  merge,
  take,
  takeUntil,
  type Observable,
} from 'rxjs';
import { awaitable } from '../leadership/awaitableObservable.js';
import type { Contender } from '../leadership/contender.js';
import { electionFrom, type LeaderElection } from '../leadership/leaderElection.js';
import type { ElectionState } from '../leadership/transition.js';
import { unjoinedWarnings, type UnjoinedWarning } from '../leadership/unjoinedWarnings.js';
import type { GroupRuns } from './groupRuns.js';
import { startRelease, join, keyContender } from './membership.js';
import type { ReleaseReason, Candidacy } from './candidacy.js';

/** The elections of a group's keys. */
interface KeyElections {
  /** The election for a whole key. */
  readonly of: (key: string) => LeaderElection;
  /** The whole keys that this process leads at the moment of the call. */
  readonly leading: () => readonly string[];
}

/** Makes elections that share a group. One lives as long as somebody subscribes to its leadership. */
export function keyElections(runs: GroupRuns): KeyElections {
  const { context, running } = runs;
  const active = new Map<string, LeaderElection>();
  const warningOf = unjoinedWarnings();
  const contenderOf = (key: string): Contender =>
    // One that is just being given back must know of the work that begins now.
    running()?.group.candidacies.get(key)?.contender ?? keyContender(context, key);
  const present = (key: string): LeaderElection =>
    active.get(key) ?? keyElection(runs, contenderOf(key), { active, warning: warningOf(key) });

  return {
    of: (key) => ({
      leadership$: defer(() => present(key).leadership$),
      get state() {
        return present(key).state;
      },
      isLeader: () => present(key).isLeader(),
      leaseRemainingMs: () => present(key).leaseRemainingMs(),
      // On subscription, since the key may be joined between the call and then.
      verify: () => awaitable(defer(() => present(key).verify())),
      fencedTransaction: (operations) => present(key).fencedTransaction(operations),
      resign: () => awaitable(defer(() => present(key).resign())),
      stepDown: () => awaitable(defer(() => present(key).stepDown())),
    }),
    leading: () => [...active].filter(([, { isLeader }]) => isLeader()).map(([key]) => key),
  };
}

/** The election for one key, for one row of subscriptions: it is among the active ones meanwhile. */
function keyElection(
  runs: GroupRuns,
  contender: Contender,
  { active, warning }: { active: Map<string, LeaderElection>; warning: UnjoinedWarning },
): LeaderElection {
  const { key } = contender;
  const state$ = defer((): Observable<ElectionState> => {
    const { group, work$ } = runs.begun();
    const candidacy = join(group, contender);
    active.set(key, election);
    return candidacy.state$.pipe(
      // The group is at work meanwhile. That never emits, and its error is an error of each key.
      takeUntil(work$),
      finalize(() => {
        active.delete(key);
        startRelease(group, candidacy, 'left');
      }),
    );
  });
  const election = electionFrom(contender, {
    state$,
    report: (event) => {
      const group = runs.running()?.group;
      const candidacy = group?.candidacies.get(key);
      if (candidacy) group?.lockReport$.next({ candidacy, event });
    },
    warning,
    resigned$: defer(() => (runs.running() ? givenBack(runs, key, 'resigned') : runs.ended())),
    steppedDown$: defer(() => givenBack(runs, key, 'stepped down')),
  });
  return election;
}

/**
 * Gives the lock of a key back; completes once it is free, and after the session where that has ended
 * meanwhile. A key that does not lead, or is not joined, has nothing to step down from.
 */
function givenBack(
  { running, ended }: GroupRuns,
  key: string,
  releaseReason: Extract<ReleaseReason, 'resigned' | 'stepped down'>,
): Observable<never> {
  const run = running();
  const candidacy = run?.group.candidacies.get(key);
  if (run === undefined || candidacy === undefined) return EMPTY;
  const isNews = releaseReason === 'resigned' || candidacy.phase === 'leading';
  if (!isNews && candidacy.phase !== 'releasing') return EMPTY;
  const releaseEnded$ = run.group.releaseEnded$.pipe(
    filter((other: Candidacy) => other === candidacy),
    take(1),
    ignoreElements(),
  );
  const release$ = defer(() => {
    if (isNews) startRelease(run.group, candidacy, releaseReason);
    return EMPTY;
  });
  const last$ = defer(() => (running() === run ? EMPTY : ended()));
  return concat(merge(releaseEnded$, release$), last$);
}
