import { electionError, type ElectionError } from '../../errors.js';
import type { Follower, Leader, Leadership, LeadershipError } from '../../leadership/leadership.js';
import { FencingToken } from '../../lock/fencingToken.js';
import type { Role } from './role.js';

/** A role, and the moment at which it is told, in milliseconds. */
export interface ScriptStep {
  readonly role: Role;
  readonly atMs: number;
}

/** What all states of a script share. */
export interface ScriptOptions {
  readonly key: string;
  readonly leaseMs: number;
}

/** How long trouble waits before it tries again. */
const retryMs = 1_000;

/**
 * The states behind the roles of a script, as an election would tell them: whoever begins to lead, this
 * process or another, has a session of its own and a token above those of all before.
 */
export function scriptedStates(
  steps: readonly ScriptStep[],
  options: ScriptOptions,
): readonly Leadership[] {
  return steps
    .reduce<readonly ScriptState[]>(
      (states, step) => [...states, nextState(states.at(-1) ?? initialState, step, options)],
      [],
    )
    .flatMap(({ state }) => state ?? []);
}

/** What is on the stage after a step. */
export interface ScriptState {
  readonly state: Leadership | undefined;
  /** How many have begun to lead so far, this process or others. */
  readonly terms: number;
  /** Who leads as far as is known, although there may be trouble. */
  readonly other: Follower['leader'];
}

/** Before the first step. */
export const initialState: ScriptState = { state: undefined, terms: 0, other: undefined };

/** The next scene, as an election would go on from the last. */
export function nextState(
  last: ScriptState,
  step: ScriptStep,
  options: ScriptOptions,
): ScriptState {
  const { key } = options;
  switch (step.role) {
    case 'L':
      return leading(last, step, options);
    case 'F':
      return following(last, key);
    case 'V':
      return { ...last, state: { kind: 'Follower', key, leader: undefined }, other: undefined };
    case 'E':
      return { ...last, state: errorState(last.state, step, key) };
  }
}

/** A second `L` in a row is the same term with a later end of its lease. */
function leading(
  { state: last, terms }: ScriptState,
  { atMs }: ScriptStep,
  options: ScriptOptions,
): ScriptState {
  const leaseEndMs = atMs + options.leaseMs;
  if (last?.kind === 'Leader') return { state: { ...last, leaseEndMs }, terms, other: undefined };
  const term = terms + 1;
  const state: Leader = {
    kind: 'Leader',
    key: options.key,
    sessionId: sessionOf(term),
    fencingToken: tokenOf(term),
    sinceMs: atMs,
    leaseEndMs,
  };
  return { state, terms: term, other: undefined };
}

/** Trouble in between is no reason to think that another one leads now. */
function following({ state: last, terms, other }: ScriptState, key: string): ScriptState {
  if (last?.kind === 'Error' && other !== undefined) {
    return { state: { kind: 'Follower', key, leader: other }, terms, other };
  }
  const term = terms + 1;
  const leader = { sessionId: sessionOf(term), metadata: { name: `other-${term}` } };
  return { state: { kind: 'Follower', key, leader }, terms: term, other: leader };
}

function errorState(
  last: Leadership | undefined,
  { atMs }: ScriptStep,
  key: string,
): LeadershipError {
  const attempt = last?.kind === 'Error' ? last.attempt + 1 : 1;
  return { kind: 'Error', key, error: scriptedError(), attempt, nextAttemptAtMs: atMs + retryMs };
}

/** What trouble is about, where a script has an `E` or a `#`. */
export function scriptedError(): ElectionError {
  return electionError('SERVER_ERROR', {
    message: 'Consul has no leader, because the script of this test has an E or # here.',
    details: { status: 500, text: 'No cluster leader' },
    retryable: true,
  });
}

/** Raft indexes leave gaps between acquisitions, and do not begin at 1. */
function tokenOf(term: number): FencingToken {
  return new FencingToken(10 * term + 3);
}

function sessionOf(term: number): string {
  return `00000000-0000-4000-8000-${String(term).padStart(12, '0')}`;
}
