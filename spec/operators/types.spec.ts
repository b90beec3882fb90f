import { expectTypeOf } from 'expect-type';
import { EMPTY, of, type Observable } from 'rxjs';
import {
  bufferUntilLeading,
  contendWhile,
  currentLeader,
  distinctRole,
  isLeading,
  passWhileLeading,
  resignOnSignal,
  retryWithBackoff,
  settled,
  switchByRole,
  untilSignal,
  whileLeader,
  type CurrentLeader,
  type Leader,
  type LeaderElection,
  type Leadership,
  type LeadershipError,
  type RetriedFailure,
} from '../../lib/index.js';
import { roles, type Role } from '../../lib/testing/index.js';

// Only their types matter.
const leadership$: Observable<Leadership> = EMPTY;
const number$ = of(1);
const election = { leadership$, resign: () => EMPTY } as unknown as LeaderElection;

describe('what TypeScript infers without help', () => {
  it('of whileLeader: the values of the work, and its parameters', () => {
    const observables$ = leadership$.pipe(
      whileLeader((leader, signal) => {
        expectTypeOf(leader).toEqualTypeOf<Leader>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
        return of('a');
      }),
    );
    expectTypeOf(observables$).toEqualTypeOf<Observable<string>>();
    const promises$ = leadership$.pipe(whileLeader((leader) => Promise.resolve(leader.sinceMs)));
    expectTypeOf(promises$).toEqualTypeOf<Observable<number>>();
    const generated$ = leadership$.pipe(
      whileLeader(async function* () {
        yield await Promise.resolve('a');
      }),
    );
    expectTypeOf(generated$).toEqualTypeOf<Observable<string>>();
    const nothing$ = leadership$.pipe(whileLeader(() => EMPTY, { drain: true }));
    expectTypeOf(nothing$).toEqualTypeOf<Observable<never>>();
  });

  it('of whileLeader: a step-down for an error needs somebody who has seen it', () => {
    whileLeader(() => EMPTY, { onError: 'resign' });
    whileLeader(() => EMPTY, {
      onError: (error, leader) => {
        expectTypeOf(error).toBeUnknown();
        expectTypeOf(leader).toEqualTypeOf<Leader>();
        return 'stepDown';
      },
    });
    // @ts-expect-error -- The error would be lost.
    whileLeader(() => EMPTY, { onError: 'stepDown' });
  });

  it('of switchByRole: the values of all sources', () => {
    const mixed$ = leadership$.pipe(
      switchByRole({
        leader: (leader, signal) => {
          expectTypeOf(leader).toEqualTypeOf<Leader>();
          expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
          return of('a');
        },
        follower: () => Promise.resolve(1),
        error: (state) => {
          expectTypeOf(state).toEqualTypeOf<LeadershipError>();
          return [true];
        },
      }),
    );
    expectTypeOf(mixed$).toEqualTypeOf<Observable<string | number | boolean>>();
  });

  it('of gates: the values of the source', () => {
    expectTypeOf(number$.pipe(passWhileLeading(leadership$))).toEqualTypeOf<Observable<number>>();
    const buffered$ = number$.pipe(
      bufferUntilLeading(leadership$, {
        maxSize: 1,
        overflow: 'dropOldest',
        onDrop: (value) => {
          expectTypeOf(value).toEqualTypeOf<number>();
        },
      }),
    );
    expectTypeOf(buffered$).toEqualTypeOf<Observable<number>>();
    expectTypeOf(number$.pipe(bufferUntilLeading(leadership$, { maxSize: 1 }))).toEqualTypeOf<
      Observable<number>
    >();
    // @ts-expect-error -- Who drops values says who is told.
    void number$.pipe(bufferUntilLeading(leadership$, { maxSize: 1, overflow: 'dropNewest' }));
  });

  it('of views', () => {
    expectTypeOf(leadership$.pipe(isLeading())).toEqualTypeOf<Observable<boolean>>();
    expectTypeOf(leadership$.pipe(currentLeader())).toEqualTypeOf<
      Observable<CurrentLeader | undefined>
    >();
    expectTypeOf(leadership$.pipe(distinctRole())).toEqualTypeOf<Observable<Leadership>>();
    expectTypeOf(leadership$.pipe(settled({ forMs: 1 }))).toEqualTypeOf<Observable<Leadership>>();
    expectTypeOf(leadership$.pipe(roles())).toEqualTypeOf<Observable<Role>>();
  });

  it('of retryWithBackoff: the values of the source, and those that report makes', () => {
    expectTypeOf(number$.pipe(retryWithBackoff())).toEqualTypeOf<Observable<number>>();
    const reported$ = number$.pipe(
      retryWithBackoff({
        report: (failure) => {
          expectTypeOf(failure).toEqualTypeOf<RetriedFailure>();
          return of(`${failure.attempt}`);
        },
      }),
    );
    expectTypeOf(reported$).toEqualTypeOf<Observable<number | string>>();
  });

  it('of what decides on taking part', () => {
    expectTypeOf(contendWhile(election, of(true))).toEqualTypeOf<Observable<Leadership>>();
    expectTypeOf(number$.pipe(untilSignal('SIGHUP'))).toEqualTypeOf<Observable<number>>();
    expectTypeOf(resignOnSignal(election)).toEqualTypeOf<Observable<void>>();
    // @ts-expect-error -- Not a signal by which a process is asked to end.
    expect(() => untilSignal('SIGKILL')).toThrow('SIGTERM');
  });
});
