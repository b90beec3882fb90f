import { map, type Observable } from 'rxjs';
import {
  leaderElection,
  type ElectionOptions,
  type LeaderElection,
  type Leadership,
  type TransportRequest,
} from '../../../lib/index.js';
import {
  simulatedConsul,
  type Connection,
  type ConnectionOptions,
  type RecordedRequest,
  type SimulatedConsul,
} from '../../../lib/testing/index.js';
import { marbles, type MarbleHelpers } from '../../support/marbles.js';

export const key = 'locks/reports';

/** One process of the play. */
export interface Actor extends LeaderElection, Connection {
  /** What `leadership$` says, one letter each: see {@link letterOf}. */
  readonly letter$: Observable<string>;
}

/** What a scenario gets: rxjs' helpers, a Consul, and processes that contend. */
export interface Harness extends MarbleHelpers {
  readonly consul: SimulatedConsul;
  readonly actor: (name: string, options?: ActorOptions) => Actor;
}

/** How one process contends. */
export interface ActorOptions extends Partial<ElectionOptions> {
  readonly link?: Omit<ConnectionOptions, 'name'>;
}

/** The round trip of the play, in milliseconds: a request takes one to Consul, its answer one back. */
export const roundTripMs = 2;

/**
 * Plays a scenario on virtual time. Backoff is drawn from the middle: 50 ms after the first failure,
 * 100 ms after the second, and so on.
 */
export function play(scenario: (harness: Harness) => void): void {
  marbles((helpers) => {
    const { time } = helpers;
    const consul = simulatedConsul({ time, latencyMs: roundTripMs });
    scenario({
      ...helpers,
      consul,
      actor: (name, { link, ...options } = {}) => {
        const connection = consul.connect({ ...link, name });
        const election = leaderElection({
          ...{ key, transport: connection.transport, time, chance: () => 0.5 },
          ...options,
        });
        return { ...election, ...connection, letter$: election.leadership$.pipe(map(letterOf)) };
      },
    });
  });
}

/** `L` leads, `F` follows somebody, `v` follows nobody (a vacancy), `E` does not know. */
export function letterOf(leadership: Leadership): string {
  switch (leadership.kind) {
    case 'Leader':
      return 'L';
    case 'Follower':
      return leadership.leader === undefined ? 'v' : 'F';
    case 'Error':
      return 'E';
  }
}

/** Picks the requests by which a lock is given back. */
export const isRelease = ({ path, body = '' }: TransportRequest): boolean =>
  path === '/v1/txn' && body.includes('"unlock"');

/** A request in a word, so that an order of requests can be read. */
export function wordOf({ method, path, query, verbs }: RecordedRequest): string {
  if (path.startsWith('/v1/session/')) return path.split('/')[3] ?? path;
  if (path.startsWith('/v1/agent/')) return path.split('/')[4] ?? path;
  if (path === '/v1/txn') return verbs?.includes('unlock') === true ? 'release' : 'acquire';
  if (method === 'PUT') return 'put';
  if ('consistent' in query) return 'evidence';
  return 'index' in query ? 'poll' : 'read';
}

/** The requests of one process, or of all, in words. */
export function wordsOf({ requests }: SimulatedConsul, name?: string): readonly string[] {
  return requests.filter(({ connection }) => name === undefined || connection === name).map(wordOf);
}

/**
 * A marble string from moments in milliseconds: `moments('4:v 6:L 1004:|')`. Letters of one moment
 * stand together: `1004:vL`.
 */
export function moments(text: string): string {
  const parts = text.split(' ').map((part) => part.split(':') as [string, string]);
  let frame = 0;
  return parts
    .map(([at, letters]) => {
      const pauseMs = Number(at) - frame;
      const group = letters.length > 1 ? `(${letters})` : letters;
      // A group takes a frame for each of its characters, the parentheses included.
      frame = Number(at) + group.length;
      if (pauseMs < 0) throw new Error(`${at} comes too soon after a group for a marble string.`);
      return pauseMs === 0 ? group : `${pauseMs}ms ${group}`;
    })
    .join(' ');
}

/** A subscription marble: from one moment to another, in milliseconds. */
export function span(fromMs: number, toMs: number): string {
  return `${fromMs}ms ^ ${toMs - fromMs - 1}ms !`;
}
