import {
  BehaviorSubject,
  defer,
  distinctUntilChanged,
  EMPTY,
  expand,
  filter,
  ignoreElements,
  map,
  merge,
  type Observable,
  of,
  share,
  Subject,
  switchMap,
  take,
  tap,
  timer,
} from 'rxjs';
import type { Chance } from '../../ports/chance.js';
import type { Time } from '../../ports/time.js';
import { advanceTo, nextDeadlineMs } from './model/expiry.js';
import { handle } from './http/handle.js';
import type { BlockingRead, ModelRequest, ModelResponse } from './http/message.js';
import { cutOffFromAgent } from './model/ttlChecks.js';
import { emptyConsul, type ConsulState } from './model/state.js';
import { randomUuid } from '../../ports/randomUuid.js';

/** What drives the model. */
export interface RunningConsulOptions {
  readonly time: Time;
  /** Draws the part of the wait, up to a sixteenth, that Consul adds to a blocking query. */
  readonly waitChance: Chance;
  /** Draws the IDs of sessions. */
  readonly idChance: Chance;
  readonly nodeName: string | undefined;
  /** What it knows at first. Defaults to nothing. */
  readonly initial?: ConsulState;
}

/** The pure model at work: it holds the state, reads the clock and lets blocking queries wait. */
export interface RunningConsul {
  /** Takes a request the moment it is subscribed to; unsubscribing frees a blocking query. */
  readonly serve: (request: Omit<ModelRequest, 'newSessionId'>) => Observable<ModelResponse>;
  /** Changes the state from outside, at the present moment. */
  readonly change: (input: (state: ConsulState, nowMs: number) => ConsulState) => void;
  /** The state at the present moment. */
  readonly current: () => ConsulState;
  /** Answers all that wait, as things stand. */
  readonly wake: () => void;
  /** Another one that begins with the present state and goes its own way, without the agent. */
  readonly copy: () => RunningConsul;
}

/** Sets the model to work. It sets a timer only while a blocking query waits. */
export function runningConsul(options: RunningConsulOptions): RunningConsul {
  const { scheduler, now } = options.time;
  const state$ = new BehaviorSubject(options.initial ?? emptyConsul(options.nodeName));
  const nowMs = (): number => now().monotonicMs;
  const publish = (next: ConsulState): ConsulState => {
    if (next !== state$.value) state$.next(next);
    return next;
  };
  const current = (): ConsulState => publish(advanceTo(state$.value, nowMs()));

  // A command from outside of any stream.
  const woken$ = new Subject<void>();
  const expiry$ = expiries(state$, options, current).pipe(share());
  const wait = (read: BlockingRead): Observable<ConsulState> => {
    const waitMs = read.waitMs * (1 + options.waitChance() / 16);
    return merge(
      state$.pipe(filter((state) => isNews(read, state))),
      merge(timer(waitMs, scheduler), woken$).pipe(map(current)),
      expiry$,
    ).pipe(take(1));
  };

  return {
    serve: (request) =>
      defer(() => {
        const arrived = { ...request, newSessionId: idFor(request, options.idChance) };
        const [next, outcome] = handle(state$.value, arrived, nowMs());
        publish(next);
        if (outcome.kind === 'answer') return of(outcome.response);
        const seen$ = isNews(outcome, next) ? of(next) : wait(outcome);
        return seen$.pipe(map(outcome.response));
      }),
    change: (input) => {
      const at = nowMs();
      publish(input(advanceTo(state$.value, at), at));
    },
    current,
    wake: () => {
      woken$.next();
    },
    copy: () => runningConsul({ ...options, initial: cutOffFromAgent(current()) }),
  };
}

/** Ends sessions in time for those who wait to see it. */
function expiries(
  state$: Observable<ConsulState>,
  options: RunningConsulOptions,
  settle: () => void,
): Observable<never> {
  return state$.pipe(
    map(nextDeadlineMs),
    distinctUntilChanged(),
    switchMap((deadlineMs) => (deadlineMs === undefined ? EMPTY : reached(options, deadlineMs))),
    tap(settle),
    ignoreElements(),
  );
}

function isNews(read: BlockingRead, state: ConsulState): boolean {
  return read.minIndex === 0 || read.index(state) > read.minIndex;
}

/** Emits until the moment is reached: a timer of the machine can fire a little before its time. */
function reached({ time }: RunningConsulOptions, deadlineMs: number): Observable<unknown> {
  const restMs = (): number => deadlineMs - time.now().monotonicMs;
  return timer(Math.max(0, restMs()), time.scheduler).pipe(
    expand(() => (restMs() > 0 ? timer(Math.ceil(restMs()), time.scheduler) : EMPTY)),
  );
}

/** An ID for each of a world's million requests would take a twentieth of its time. */
function idFor({ path }: Omit<ModelRequest, 'newSessionId'>, chance: Chance): string {
  return path === '/v1/session/create' ? randomUuid(chance) : '';
}
