import {
  concat,
  defer,
  finalize,
  fromEvent,
  ignoreElements,
  map,
  of,
  startWith,
  switchMap,
  take,
  takeLast,
  takeUntil,
  tap,
  timer,
  filter,
  type Observable,
} from 'rxjs';
import type { Leader } from '../../../leadership/leadership.js';
import type { StopSignal } from '../../../operators/work/stopSignal.js';
import { whileLeader } from '../../../operators/work/whileLeader.js';
import type { WorkPlan } from '../plans/workPlan.js';
import type { SimulatedProcess } from '../world/simulatedProcess.js';
import type { Work, WorkRules } from './workRules.js';

/** How often work does something, in milliseconds of its process's own time. */
const stepMs = 1_000;

/** Work for a key, under the rules of work, for as long as the process takes part in its election. */
export function work(
  process: SimulatedProcess,
  key: string,
  plan: WorkPlan,
  rules: WorkRules,
): Observable<never> {
  return defer(() => {
    const worksOf = new Map<Leader, Work>();
    const begin = (leader: Leader, signal: StopSignal) => {
      const begun = rules.begin(process, key);
      worksOf.set(leader, begun);
      const steps$ = steps(begun, signal, plan, rules);
      return plan.kind === 'promise' ? promised(steps$) : steps$;
    };
    const onOverrun = (leader: Leader): void => {
      const overrun = worksOf.get(leader);
      if (overrun) rules.overrun(overrun);
    };
    return process
      .electionOf(key)
      .leadership$.pipe(
        whileLeader(begin, { drain: plan.kind !== 'stopped', onOverrun }),
        tap(rules.heard),
        ignoreElements(),
      );
  });
}

/** Does something once a second until it is told to stop, goes on for a while, and says a last word. */
function steps(
  begun: Work,
  signal: StopSignal,
  { endsAfterMs }: WorkPlan,
  rules: WorkRules,
): Observable<Work> {
  const { scheduler } = begun.process.machine.time;
  const told$ = fromEvent(signal, 'abort').pipe(
    startWith(undefined),
    filter(() => signal.aborted),
    take(1),
    tap(() => {
      rules.told(begun);
    }),
  );
  const working$ = timer(0, stepMs, scheduler).pipe(
    takeUntil(told$.pipe(switchMap(() => timer(endsAfterMs, scheduler)))),
  );
  const lastWord$ = defer(() => {
    begun.hasEnded = true;
    return of(undefined);
  });
  return concat(working$, lastWord$).pipe(
    map(() => begun),
    tap(rules.acted),
    finalize(() => {
      rules.stopped(begun);
    }),
  );
}

/** A promise in virtual time, as far as rxjs asks one. */
function promised<T>(source$: Observable<T>): PromiseLike<T> {
  const handled = { then: () => handled } as PromiseLike<never>;
  return {
    then: (fulfilled, rejected) => {
      source$.pipe(takeLast(1)).subscribe({
        next: (value) => void fulfilled?.(value),
        error: (error: unknown) => void rejected?.(error),
      });
      return handled;
    },
  };
}
