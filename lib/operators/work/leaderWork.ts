import {
  catchError,
  concat,
  EMPTY,
  ignoreElements,
  throwError,
  type Observable,
  type ObservableInput,
  type ObservedValueOf,
} from 'rxjs';
import type { Leader } from '../../leadership/leadership.js';
import { stopControl } from './stopControl.js';
import type { StopSignal } from './stopSignal.js';
import { termWork } from './termWork.js';
import type { WhileLeaderOptions } from './whileLeaderOptions.js';

/** The work of one term, with what its errors do. */
export function leaderWork<O extends ObservableInput<unknown>>(
  leader: Leader,
  ended$: Observable<unknown>,
  work: (leader: Leader, signal: StopSignal) => O,
  { drain, onOverrun = () => undefined, onError = 'resign' }: WhileLeaderOptions,
): Observable<ObservedValueOf<O>> {
  const stop = stopControl(leader.term?.lasts ?? (() => true));
  return termWork(leader, ended$, stop, { work, drain, onOverrun }).pipe(
    catchError((error: unknown) => (stop.isItsEnd(error) ? EMPTY : failed(error, leader, onError))),
  );
}

function failed(
  error: unknown,
  leader: Leader,
  onError: NonNullable<WhileLeaderOptions['onError']>,
): Observable<never> {
  const { term } = leader;
  const error$ = throwError(() => error);
  // Consul ends the session by its TTL where it cannot be told; the error of the work is the cause.
  const given = (up$: Observable<void> = EMPTY): Observable<never> =>
    up$.pipe(
      ignoreElements(),
      catchError(() => EMPTY),
    );
  switch (typeof onError === 'function' ? onError(error, leader) : onError) {
    case 'pass':
      return error$;
    case 'resign':
      return concat(given(term?.resign()), error$);
    case 'stepDown':
      return given(term?.stepDown());
  }
}
