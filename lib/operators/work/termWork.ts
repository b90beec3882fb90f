import {
  defer,
  endWith,
  filter,
  finalize,
  from,
  NEVER,
  of,
  share,
  Subject,
  take,
  takeUntil,
  takeWhile,
  tap,
  type MonoTypeOperatorFunction,
  type Observable,
  type ObservableInput,
  type ObservedValueOf,
} from 'rxjs';
import type { Leader } from '../../leadership/leadership.js';
import { checkResult } from '../support/arguments.js';
import type { StopControl } from './stopControl.js';
import type { StopSignal } from './stopSignal.js';

/** What is done in a term. */
export interface TermWork<O> {
  readonly work: (leader: Leader, signal: StopSignal) => O;
  /** Whether it may go on for a while after it was told to stop; `undefined`: if it would anyway. */
  readonly drain: boolean | undefined;
  readonly onOverrun: (leader: Leader) => void;
}

/** What cannot be stopped by unsubscribing from it: a promise, an asynchronous iterator. */
const isUncancellable = (input: unknown): boolean =>
  typeof input === 'object' && input !== null && ('then' in input || Symbol.asyncIterator in input);

/** How far the work has come. */
interface Progress {
  running: boolean;
  drained: boolean;
  unstoppable: boolean;
}

/**
 * Does the work of one term and holds the lock meanwhile. Completes when the work has: by itself, or
 * because the term has ended, which `ended$` says; then at once, or when the work is drained.
 */
export function termWork<O extends ObservableInput<unknown>>(
  leader: Leader,
  ended$: Observable<unknown>,
  stop: StopControl,
  { work, drain, onOverrun }: TermWork<O>,
): Observable<ObservedValueOf<O>> {
  return defer(() => {
    const progress: Progress = { running: false, drained: false, unstoppable: false };
    const end = (): void => {
      progress.running = false;
    };
    const started$ = defer(() => {
      progress.running = true;
      const input = work(leader, stop.signal);
      progress.drained = leader.term !== undefined && (drain ?? isUncancellable(input));
      progress.unstoppable = progress.drained && isUncancellable(input);
      checkResult(input);
      return from(input);
    }).pipe(tap({ complete: end, error: end }));
    const told$ = ended$.pipe(
      take(1),
      tap(stop.tell),
      filter(() => !progress.drained),
    );
    return started$.pipe(
      holding(leader, stop, progress, onOverrun),
      takeUntil(told$),
      finalize(() => progress.running && stop.tell()),
    );
  });
}

/** Holds the lock while the source is subscribed, and cuts the source when the time of both is over. */
function holding<T>(
  leader: Leader,
  stop: StopControl,
  progress: Progress,
  onOverrun: (leader: Leader) => void,
): MonoTypeOperatorFunction<T> {
  const { term } = leader;
  // Where the loop stood still, the work's own timers may come before the lease's.
  const isInTime = (): boolean => (progress.drained ? term?.hasTime() : term?.lasts()) ?? true;
  const over$ = (term?.hold$ ?? NEVER).pipe(
    endWith(undefined),
    tap(() => {
      if (progress.running && (progress.unstoppable || (progress.drained && stop.told())))
        onOverrun(leader);
      stop.tell();
    }),
  );
  const activity$ = new Subject<unknown>();
  return (source) =>
    source.pipe(
      tap((value) => activity$.next(value)),
      takeWhile(isInTime),
      takeUntil(over$),
      // What goes on without its subscriber needs the lock until it is heard of again.
      share({ resetOnRefCountZero: () => (progress.unstoppable ? activity$ : of(undefined)) }),
    );
}
