import { of, type Observable } from 'rxjs';
import { electionError } from '../../lib/errors.js';
import type { Leadership } from '../../lib/leadership/leadership.js';
import { FencingToken } from '../../lib/lock/fencingToken.js';
import { isLeading } from '../../lib/operators/isLeading.js';
import { whileLeader } from '../../lib/operators/whileLeader.js';
import { retryWithBackoff } from '../../lib/retry/retryWithBackoff.js';
import type { MarbleDiagram } from './marbleDiagram.js';

const key = 'locks/reports';

const leader = (token: number): Leadership => ({
  ...{ kind: 'Leader', key, sessionId: 's', fencingToken: new FencingToken(token) },
  ...{ sinceMs: token, leaseEndMs: token + 100 },
});

/** The states of the diagrams: leading twice, following, not knowing. */
const states = {
  L: leader(5),
  M: leader(9),
  F: { kind: 'Follower', key, leader: undefined },
  E: {
    ...{ kind: 'Error', key, attempt: 1, nextAttemptAtMs: undefined },
    error: electionError('LEASE_LAPSED', { message: '', details: { leaseMs: 1 }, retryable: true }),
  },
} satisfies Record<string, Leadership>;

type States = Observable<Leadership>;

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
];
