import {
  BehaviorSubject,
  concat,
  connect,
  defer,
  EMPTY,
  endWith,
  finalize,
  ignoreElements,
  map,
  merge,
  of,
  ReplaySubject,
  share,
  Subject,
  takeUntil,
  takeWhile,
  tap,
  type Observable,
  type OperatorFunction,
} from 'rxjs';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import type { Leadership } from '../../leadership/leadership.js';
import type { Time } from '../../ports/time.js';
import { played, type Turn } from './played.js';
import type { Role } from './role.js';
import type { ScriptOptions } from './script.js';
import { scriptedTenures } from './scriptedTenures.js';

interface PartOptions extends ScriptOptions {
  readonly stopBudgetMs: number;
  readonly time: Time;
}

/** The part that a script gives a process: its states, and what it can do about them. */
export interface ScriptedPart extends Pick<
  LeaderElection,
  'leadership$' | 'isLeader' | 'resign' | 'stepDown'
> {
  /** Ends leadership without time for its work. */
  readonly lose: () => void;
}

/** Plays the roles to whoever takes part, until the script ends or the process resigns. */
export function scriptedPart(role$: Observable<Role>, options: PartOptions): ScriptedPart {
  const { stopBudgetMs, time } = options;
  const known$ = new BehaviorSubject<Leadership | undefined>(undefined);
  const joined$ = new BehaviorSubject(false);
  // Commands come from outside of any stream.
  const resign$ = new Subject<void>();
  const givenUp$ = new Subject<Turn>();
  const vacancy = (budgetMs: number): Turn => ({ role: 'V', budgetMs });

  const isLeader = (): boolean => known$.value?.kind === 'Leader';
  const giveUp = (budgetMs: number): void => {
    if (isLeader()) givenUp$.next(vacancy(budgetMs));
  };
  const resign = (): Observable<never> =>
    defer(() => {
      resign$.next();
      return joined$.pipe(takeWhile(Boolean), ignoreElements());
    });
  const stepDown = (): Observable<never> =>
    defer(() => {
      giveUp(stopBudgetMs);
      return EMPTY;
    });
  const tenures = scriptedTenures({ known$, resign, stepDown, time });
  const turn$ = role$.pipe(
    // In trouble a lease lapses, and the last part of it is for the work.
    map((role): Turn => ({ role, budgetMs: role === 'E' ? stopBudgetMs : 0 })),
    together(givenUp$),
    takeUntil(resign$),
  );
  const leadership$ = defer(() => {
    joined$.next(true);
    // Whoever has left is a follower.
    return concat(turn$, of(vacancy(stopBudgetMs))).pipe(
      played({ ...options, tenures }),
      tap((state) => known$.next(state)),
      finalize(() => {
        known$.next(undefined);
        joined$.next(false);
      }),
    );
  }).pipe(share({ connector: () => new ReplaySubject(1) }));

  return { leadership$, isLeader, resign, stepDown, lose: () => giveUp(0) };
}

/** Both, until the source ends. */
function together<T>(other$: Observable<T>): OperatorFunction<T, T> {
  return connect((source$) =>
    merge(source$, other$.pipe(takeUntil(source$.pipe(ignoreElements(), endWith(undefined))))),
  );
}
