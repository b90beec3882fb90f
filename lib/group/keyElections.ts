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
import type { Contender } from '../leadership/contender.js';
import { electionFrom, type LeaderElection } from '../leadership/leaderElection.js';
import type { ElectionState } from '../leadership/transition.js';
import type { GroupRuns } from './groupRuns.js';
import { depart, join, keyContender } from './membership.js';
import type { Seat } from './seat.js';

/** The elections of a group's keys. */
interface KeyElections {
  /** The election for a whole key. */
  readonly of: (key: string) => LeaderElection;
  /** The whole keys that this process leads at the moment of the call. */
  readonly leading: () => readonly string[];
}

/** Makes elections that share a group. One lives as long as somebody subscribes to its leadership. */
export function keyElections(runs: GroupRuns): KeyElections {
  const { terms, running } = runs;
  const active = new Map<string, LeaderElection>();
  const contenderOf = (key: string): Contender =>
    // One that is just being given back must know of the work that begins now.
    running()?.group.seats.get(key)?.contender ?? keyContender(terms, key);
  const present = (key: string): LeaderElection =>
    active.get(key) ?? keyElection(runs, contenderOf(key), active);

  return {
    of: (key) => ({
      leadership$: defer(() => present(key).leadership$),
      isLeader: () => present(key).isLeader(),
      leaseRemainingMs: () => present(key).leaseRemainingMs(),
      verify: () => defer(() => present(key).verify()),
      fencedTransaction: (operations) => present(key).fencedTransaction(operations),
      resign: () => defer(() => present(key).resign()),
      stepDown: () => defer(() => present(key).stepDown()),
    }),
    leading: () => [...active].filter(([, { isLeader }]) => isLeader()).map(([key]) => key),
  };
}

/** The election for one key, for one row of subscriptions: it is among the active ones meanwhile. */
function keyElection(
  runs: GroupRuns,
  contender: Contender,
  active: Map<string, LeaderElection>,
): LeaderElection {
  const { key } = contender;
  const state$ = defer((): Observable<ElectionState> => {
    const { group, work$ } = runs.begun();
    const seat = join(group, contender);
    active.set(key, election);
    return seat.state$.pipe(
      // The group is at work meanwhile. That never emits, and its error is an error of each key.
      takeUntil(work$),
      finalize(() => {
        active.delete(key);
        depart(group, seat, 'left');
      }),
    );
  });
  const election = electionFrom(contender, {
    state$,
    report: (event) => {
      const group = runs.running()?.group;
      const seat = group?.seats.get(key);
      if (seat) group?.found$.next({ seat, event });
    },
    resign: () => resigned(runs, key),
    stepDown: () =>
      defer(() => {
        const group = runs.running()?.group;
        const seat = group?.seats.get(key);
        if (group && seat?.phase === 'leading') depart(group, seat, 'stepped down');
        return EMPTY;
      }),
  });
  return election;
}

/** Gives a key up, on subscription; completes once it is free, and after its session if it was the last. */
function resigned({ running, ended }: GroupRuns, key: string): Observable<never> {
  return defer(() => {
    const run = running();
    const seat = run?.group.seats.get(key);
    if (run === undefined) return ended();
    if (seat === undefined) return EMPTY;
    const concluded$ = run.group.concluded$.pipe(
      filter((other: Seat) => other === seat),
      take(1),
      ignoreElements(),
    );
    const departed$ = defer(() => {
      depart(run.group, seat, 'resigned');
      return EMPTY;
    });
    const last$ = defer(() => (running() === run ? EMPTY : ended()));
    return concat(merge(concluded$, departed$), last$);
  });
}
