import { defer, type Observable } from 'rxjs';
import { sessionRegister } from '../leadership/sessionRegister.js';
import type { GroupContext } from './group.js';
import { groupRun, type GroupRun } from './groupRun.js';

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
