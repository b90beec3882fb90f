import {
  delay,
  fromEvent,
  map,
  merge,
  of,
  takeUntil,
  tap,
  using,
  type MonoTypeOperatorFunction,
  type Observable,
} from 'rxjs';
import { electionError } from '../../lib/errors.js';
import type { LeaderElection } from '../../lib/leadership/leaderElection.js';
import type { Leader, Leadership } from '../../lib/leadership/leadership.js';
import { FencingToken } from '../../lib/lock/fencingToken.js';
import { bufferUntilLeading } from '../../lib/operators/gates/bufferUntilLeading.js';
import { contendWhile } from '../../lib/operators/joining/contendWhile.js';
import { currentLeader } from '../../lib/operators/views/currentLeader.js';
import { distinctRole } from '../../lib/operators/views/distinctRole.js';
import { isLeading } from '../../lib/operators/views/isLeading.js';
import { passWhileLeading } from '../../lib/operators/gates/passWhileLeading.js';
import { resignOnSignal } from '../../lib/operators/joining/resignOnSignal.js';
import { settled } from '../../lib/operators/views/settled.js';
import type { StopSignal } from '../../lib/operators/work/stopSignal.js';
import { switchByRole } from '../../lib/operators/work/switchByRole.js';
import { untilSignal } from '../../lib/operators/joining/untilSignal.js';
import { whileLeader } from '../../lib/operators/work/whileLeader.js';
import type { Time } from '../../lib/ports/time.js';
import { retryWithBackoff } from '../../lib/retry/retryWithBackoff.js';
import { roles, scriptedElection } from '../../lib/testing/index.js';
import type { MarbleDiagram } from './marbleDiagram.js';

const key = 'locks/reports';

const leader = (token: number): Leadership => ({
  ...{ kind: 'Leader', key, sessionId: 's', fencingToken: new FencingToken(token) },
  ...{ sinceMs: token, leaseEndMs: token + 100 },
});

/** The states of the diagrams: leading twice; following nobody, a and b; not knowing. */
const states = {
  L: leader(5),
  M: leader(9),
  F: { kind: 'Follower', key, leader: undefined },
  A: { kind: 'Follower', key, leader: { sessionId: 'a', metadata: undefined } },
  B: { kind: 'Follower', key, leader: { sessionId: 'b', metadata: undefined } },
  E: {
    ...{ kind: 'Error', key, attempt: 1, nextAttemptAtMs: undefined },
    error: electionError('LEASE_EXPIRED', {
      message: '',
      details: { leaseMs: 1 },
      retryable: true,
    }),
  },
} satisfies Record<string, Leadership>;

type States = Observable<Leadership>;

/** An election that follows these states until it is resigned from. */
const electionOf = (state$: Observable<unknown>, time: Time): LeaderElection =>
  scriptedElection((state$ as States).pipe(roles()), { time });

/** What an election tells, as the states that are drawn. */
const asDrawn = map(
  ({ kind }: Leadership) => ({ Leader: states.L, Follower: states.F, Error: states.E })[kind],
);

const sentToProcess: MonoTypeOperatorFunction<unknown> = tap(() =>
  process.emit('SIGTERM', 'SIGTERM'),
);

/** Work that ends what it has begun: four moments after it was told to stop. */
const ending = (work$: Observable<unknown>) => (_: Leader, signal: StopSignal) =>
  work$.pipe(takeUntil(fromEvent(signal, 'abort').pipe(delay(4))));

/** What each operator does. The specs play these marbles, and `npm run diagrams` draws them. */
export const marbleDiagrams: readonly MarbleDiagram[] = [
  {
    name: 'whileLeader',
    title: 'whileLeader(() => work$)',
    sources: [
      { label: 'leadership$', marbles: '--F--L-----E--M------F--|' },
      {
        label: 'work$',
        marbles: 'a-b-c-d-e',
        subscriptions: ['-----^-----!', '--------------^------!'],
      },
    ],
    values: states,
    result: '-----a-b-c----a-b-c-d---|',
    apply: ([leadership$, work$]) => (leadership$ as States).pipe(whileLeader(() => work$!)),
  },
  {
    name: 'switchByRole',
    title: 'switchByRole({ leader: () => l$, follower: () => f$, error: () => e$ })',
    sources: [
      { label: 'leadership$', marbles: '--F------L-------E----F---|' },
      { label: 'l$', marbles: 'p-q-r-s-t', subscriptions: ['---------^-------!'] },
      {
        label: 'f$',
        marbles: 'a-b-c-d-e',
        subscriptions: ['--^------!', '----------------------^---!'],
      },
      { label: 'e$', marbles: 'x|', subscriptions: ['-----------------^!'] },
    ],
    values: states,
    result: '--a-b-c-dp-q-r-s-x----a-b-|',
    apply: ([leadership$, leader$, follower$, error$]) =>
      (leadership$ as States).pipe(
        switchByRole({ leader: () => leader$!, follower: () => follower$!, error: () => error$! }),
      ),
  },
  {
    name: 'passWhileLeading',
    title: 'passWhileLeading(leadership$)',
    sources: [
      { label: 'leadership$', marbles: '-F----L------E----M-----' },
      { label: 'source$', marbles: '--a--b--c--d--e--f--g--|' },
    ],
    values: states,
    result: '--------c--d--------g--|',
    apply: ([leadership$, source$]) => source$!.pipe(passWhileLeading(leadership$ as States)),
  },
  {
    name: 'bufferUntilLeading',
    title: "bufferUntilLeading(leadership$, { maxSize: 1, overflow: 'dropOldest', onDrop })",
    sources: [
      { label: 'leadership$', marbles: '-F------L------E------M---' },
      { label: 'source$', marbles: '--a--b-----c------d------|' },
    ],
    values: states,
    result: '--------b--c----------d--|',
    apply: ([leadership$, source$]) =>
      source$!.pipe(
        bufferUntilLeading(leadership$ as States, {
          ...{ maxSize: 1, overflow: 'dropOldest', onDrop: () => undefined },
        }),
      ),
  },
  {
    name: 'currentLeader',
    title: 'currentLeader()',
    sources: [{ label: 'leadership$', marbles: '--A---B---F---L---E---A---|' }],
    values: { ...states, a: 'a', b: 'b', n: 'nobody', s: 'self' },
    result: '--a---b---n---s---n---a---|',
    apply: ([leadership$]) =>
      (leadership$ as States).pipe(
        currentLeader(),
        map((leader) => (leader?.isSelf ? 'self' : (leader?.sessionId ?? 'nobody'))),
      ),
  },
  {
    name: 'distinctRole',
    title: 'distinctRole()',
    sources: [{ label: 'leadership$', marbles: '--A---B---F---L---E---E---A---|' }],
    values: states,
    result: '--A-----------L---E-------A---|',
    apply: ([leadership$]) => (leadership$ as States).pipe(distinctRole()),
  },
  {
    name: 'settled',
    title: 'settled({ forMs: 5 })',
    sources: [{ label: 'leadership$', marbles: '--F--L--E--M---------F--|' }],
    values: states,
    result: '--F-----E-------M----F--|',
    apply: ([leadership$], { time }) => (leadership$ as States).pipe(settled({ forMs: 5, time })),
  },
  {
    name: 'isLeading',
    title: 'isLeading()',
    sources: [{ label: 'leadership$', marbles: '--F----E---L-------E---F--|' }],
    values: { ...states, t: true, f: false },
    result: '--f--------t-------f------|',
    apply: ([leadership$]) => (leadership$ as States).pipe(isLeading()),
  },
  {
    name: 'retryWithBackoff',
    title: 'retryWithBackoff({ backoff, report })',
    sources: [
      {
        label: 'source$',
        marbles: '-#',
        subscriptions: ['^!', '---^!', '--------^!', '-----------------^!'],
      },
    ],
    values: { b: 'in 2 ms', c: 'in 4 ms', d: 'in 8 ms', e: 'in 16 ms' },
    result: '-b--c----d--------e',
    unsubscribed: '--------------------!',
    apply: ([source$], { time }) =>
      source$!.pipe(
        retryWithBackoff({
          backoff: { initialDelayMs: 2, maxDelayMs: 100, factor: 2 },
          report: ({ delayMs }) => of(`in ${delayMs} ms`),
          ...{ time, chance: () => 1 },
        }),
      ),
  },
  {
    name: 'contendWhile',
    title: 'contendWhile(election, eligible$)',
    sources: [
      { label: 'eligible$', marbles: 'y----------n-------y---------' },
      {
        label: 'leadership$',
        marbles: '--F--L',
        subscriptions: ['^----------!', '-------------------^--------!'],
      },
    ],
    values: { ...states, y: true, n: false },
    result: '--F--L-----F---------F--L',
    unsubscribed: '----------------------------!',
    apply: ([eligible$, leadership$], { time }) =>
      contendWhile(electionOf(leadership$!, time), eligible$ as Observable<boolean>).pipe(asDrawn),
  },
  {
    name: 'untilSignal',
    title: 'untilSignal()',
    sources: [
      { label: 'source$', marbles: '--a--b--c--d--e--' },
      { label: 'SIGTERM', marbles: '----------S' },
    ],
    values: {},
    result: '--a--b--c-|',
    apply: ([source$, signal$]) =>
      using(
        () => signal$!.pipe(sentToProcess).subscribe(),
        () => source$!.pipe(untilSignal()),
      ),
  },
  {
    name: 'resignOnSignal',
    title: 'resignOnSignal(election)',
    sources: [
      { label: 'SIGTERM', marbles: '----------S' },
      { label: 'leadership$', marbles: '--F--L', subscriptions: ['^---------!'] },
      { label: 'work$', marbles: 'a-b-c-d-e-f-g', subscriptions: ['-----^--------!'] },
    ],
    values: { ...states, u: undefined },
    result: '--------------(u|)',
    apply: ([signal$, leadership$, work$], { time }) => {
      const election = electionOf(leadership$!, time);
      const led$ = election.leadership$.pipe(whileLeader(ending(work$!), { drain: true }));
      return using(
        () => merge(signal$!.pipe(sentToProcess), led$).subscribe(),
        () => resignOnSignal(election),
      );
    },
  },
];
