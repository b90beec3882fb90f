import { filter, lastValueFrom, take, throwIfEmpty, timeout, type Observable } from 'rxjs';
import {
  leaderElection,
  type ElectionOptions,
  type LeaderElection,
  type Leadership,
} from '../../../lib/index.js';
import { termsOf, toldNow, type Term, type Told } from './terms.js';

/** The lock-delay of most specs: the shortest that a busy machine rides out. */
export const lockDelayMs = 2_000;

/** Longer than anything takes that is waited for: only giving up depends on it. */
const patienceMs = 60_000;

/** A contender of the test's own process. */
export interface Player {
  readonly name: string;
  readonly election: LeaderElection;
  /** All that `leadership$` has said. */
  readonly states: readonly Leadership[];
  /** The next state of a kind, the present one included. */
  readonly until: <K extends Leadership['kind']>(
    kind: K,
    also?: (state: Extract<Leadership, { kind: K }>) => boolean,
  ) => Promise<Extract<Leadership, { kind: K }>>;
  readonly resign: () => Promise<void>;
}

/** Contenders for one key, and what they said. */
export interface Contest {
  readonly key: string;
  readonly join: (name: string, options?: Partial<ElectionOptions>) => Player;
  /** Who led when, so far. */
  readonly terms: () => Term[];
  /** All resign. */
  readonly end: () => Promise<void>;
}

let contests = 0;

/** Those of the spec that runs. */
const begun = new Set<Contest>();

/** A spec that fails half-way must not leave contenders behind, who would go on for ever. */
afterEach(async () => {
  await Promise.all([...begun].map(({ end }) => end()));
  begun.clear();
});

/**
 * A contest for a key of its own on the Consul at `address`. It ends with the spec at the latest; a spec
 * ends it itself where it looks at what is left.
 */
export function contest(address: string, common: Partial<ElectionOptions> = {}): Contest {
  const key = common.key ?? `locks/contest-${++contests}`;
  const players: { player: Player; told: Told[] }[] = [];
  const whole: Contest = {
    key,
    join: (name, options = {}) => {
      const election = leaderElection({
        ...{ key, consul: { address }, lockDelayMs, metadata: { name } },
        ...common,
        ...options,
      });
      const told: Told[] = [];
      const player = playing(name, election, told);
      players.push({ player, told });
      return player;
    },
    terms: () => players.flatMap(({ player, told }) => termsOf(player.name, told)),
    end: async () => {
      await Promise.all(players.map(({ player }) => player.resign().catch(() => undefined)));
    },
  };
  begun.add(whole);
  return whole;
}

function playing(name: string, election: LeaderElection, told: Told[]): Player {
  const states: Leadership[] = [];
  election.leadership$.subscribe({
    next: (state) => {
      told.push(toldNow(state));
      states.push(state);
    },
    // Asserted by those specs that expect it.
    error: () => undefined,
  });
  return {
    name,
    election,
    states,
    until: (kind, also = () => true) => {
      type Wanted = Extract<Leadership, { kind: typeof kind }>;
      const wanted = (state: Leadership): state is Wanted =>
        state.kind === kind && also(state as Wanted);
      return first(election.leadership$.pipe(filter(wanted)));
    },
    resign: () => ended(election.resign()),
  };
}

/** The first value, or an error when it takes unreasonably long. */
export function first<T>(source$: Observable<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    source$.pipe(timeout({ first: patienceMs }), take(1), throwIfEmpty()).subscribe({
      next: resolve,
      error: reject,
    });
  });
}

/** Resolves when the source completes. */
export function ended(source$: Observable<unknown>): Promise<void> {
  return lastValueFrom(source$.pipe(timeout({ first: patienceMs })), {
    defaultValue: undefined,
  }).then(() => undefined);
}
