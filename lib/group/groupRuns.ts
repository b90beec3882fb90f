import { defer, type Observable } from 'rxjs';
import { sessionRegister } from '../leadership/sessionRegister.js';
import type { GroupTerms } from './group.js';
import { groupRun, type GroupRun } from './groupRun.js';

/** A group over time: it works while keys are joined, and begins anew when one is joined again. */
export interface GroupRuns {
  readonly terms: GroupTerms;
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
export function groupRuns(terms: GroupTerms): GroupRuns {
  const { ended, track } = sessionRegister(terms);
  let run: GroupRun | undefined;
  const begun = (): GroupRun => {
    if (run !== undefined) return run;
    const next = groupRun(terms, track, () => {
      if (run === next) run = undefined;
    });
    run = next;
    return next;
  };
  return {
    terms,
    begun,
    running: () => run,
    ended,
    resigned$: defer(() => {
      run?.resign();
      return ended();
    }),
  };
}
