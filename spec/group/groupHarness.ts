import { map, type Observable } from 'rxjs';
import { electionGroup, type ElectionGroup, type ElectionGroupOptions } from '../../lib/index.js';
import {
  simulatedConsul,
  type Connection,
  type ConnectionOptions,
  type RecordedRequest,
  type SimulatedConsul,
} from '../../lib/testing/index.js';
import { letterOf, roundTripMs } from '../leadership/election/harness.js';
import { marbles, type MarbleHelpers } from '../support/marbles.js';

export const prefix = 'locks/shards/';

/** One process of the play. */
export interface GroupActor extends ElectionGroup, Connection {
  /** What `leadership$` of a key says, one letter each; see `letterOf`. */
  readonly letters: (key: string) => Observable<string>;
}

/** What a scenario gets: rxjs' helpers, a Consul, and processes with a group each. */
export interface GroupHarness extends MarbleHelpers {
  readonly consul: SimulatedConsul;
  readonly group: (name: string, options?: GroupActorOptions) => GroupActor;
}

/** How one process contends. */
export interface GroupActorOptions extends Partial<ElectionGroupOptions> {
  readonly link?: Omit<ConnectionOptions, 'name'>;
}

/** Plays a scenario on virtual time, with the round trip and the backoff of the plays of one election. */
export function playGroup(scenario: (harness: GroupHarness) => void): void {
  marbles((helpers) => {
    const { time } = helpers;
    const consul = simulatedConsul({ time, latencyMs: roundTripMs });
    scenario({
      ...helpers,
      consul,
      group: (name, { link, ...options } = {}) => {
        const connection = consul.connect({ ...link, name });
        const group = electionGroup({
          ...{ prefix, transport: connection.transport, time, chance: () => 0.5 },
          ...options,
        });
        const letters = (key: string) => group.leadership$(key).pipe(map(letterOf));
        return { ...group, ...connection, letters };
      },
    });
  });
}

/** A request of a group in a word. */
function groupWordOf({ method, path, query }: RecordedRequest): string {
  if (path.startsWith('/v1/session/info/')) return 'consistent' in query ? 'evidence' : 'info';
  if (path.startsWith('/v1/session/')) return path.split('/')[3] ?? path;
  if (path === '/v1/txn') return 'txn';
  if (method === 'GET' && 'recurse' in query) {
    if ('consistent' in query) return 'look';
    return 'index' in query ? 'poll' : 'list';
  }
  return `${method} ${path}`;
}

/** The requests of one process, or of all, in words. */
export const groupWordsOf = ({ requests }: SimulatedConsul, name?: string): readonly string[] =>
  requests.filter(({ connection }) => name === undefined || connection === name).map(groupWordOf);

/** How often each word was said. */
export function countsOf(words: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}
