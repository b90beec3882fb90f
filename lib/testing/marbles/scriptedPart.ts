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
import { awaitableEnd } from '../../leadership/awaitableObservable.js';
import type { LeaderElection } from '../../leadership/leaderElection.js';
import type { Leadership } from '../../leadership/leadership.js';
import type { Time } from '../../ports/time.js';
import { toLeadership, type RoleChange } from './toLeadership.js';
import type { Role } from './role.js';
import type { ScriptOptions } from './script.js';
import { scriptedTerms, type ScriptedTerms } from './scriptedTerms.js';

interface PartOptions extends ScriptOptions {
  readonly stopBudgetMs: number;
  readonly time: Time;
}

/** The part that a script gives a process: its states, and what it can do about them. */
export interface ScriptedPart extends Pick<
  LeaderElection,
  'leadership$' | 'isLeader' | 'resign' | 'stepDown'
> {
  /** What was told last; `undefined` while nobody takes part. */
  readonly state: () => Leadership | undefined;
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
  const givenUp$ = new Subject<RoleChange>();

  const state = (): Leadership | undefined => known$.value;
  const isLeader = (): boolean => state()?.kind === 'Leader';
  const giveUp = (budgetMs: number): void => {
    if (isLeader()) givenUp$.next(nobodyLeads(budgetMs));
  };
  const resigned$ = defer(() => {
    resign$.next();
    return joined$.pipe(takeWhile(Boolean), ignoreElements());
  });
  const steppedDown$ = defer(() => {
    const before = state();
    giveUp(stopBudgetMs);
    return before?.kind === 'Leader' ? terms.ended(before) : EMPTY;
  });
  const resign = () => awaitableEnd(resigned$);
  const stepDown = () => awaitableEnd(steppedDown$);
  const terms = scriptedTerms({ known$, resign, stepDown, time });
  const roleChange$ = role$.pipe(
    // In trouble a lease expires, and the last part of it is for the work.
    map((role): RoleChange => ({ role, budgetMs: role === 'E' ? stopBudgetMs : 0 })),
    together(givenUp$),
    takeUntil(resign$),
  );
  const leadership$ = sharedLeadership(roleChange$, { ...options, terms }, { known$, joined$ });
  return { leadership$, state, isLeader, resign, stepDown, lose: () => giveUp(0) };
}

/** The play for all who are subscribed to it. */
function sharedLeadership(
  roleChange$: Observable<RoleChange>,
  options: PartOptions & { readonly terms: ScriptedTerms },
  { known$, joined$ }: { known$: Subject<Leadership | undefined>; joined$: Subject<boolean> },
): Observable<Leadership> {
  return defer(() => {
    joined$.next(true);
    // Whoever has left is a follower.
    return concat(roleChange$, of(nobodyLeads(options.stopBudgetMs))).pipe(
      toLeadership(options),
      tap((state) => known$.next(state)),
      finalize(() => {
        known$.next(undefined);
        joined$.next(false);
      }),
    );
  }).pipe(share({ connector: () => new ReplaySubject(1) }));
}

const nobodyLeads = (budgetMs: number): RoleChange => ({ role: 'V', budgetMs });

/** Both, until the source ends. */
function together<T>(other$: Observable<T>): OperatorFunction<T, T> {
  return connect((source$) =>
    merge(source$, other$.pipe(takeUntil(source$.pipe(ignoreElements(), endWith(undefined))))),
  );
}
