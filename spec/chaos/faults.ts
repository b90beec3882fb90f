import { catchError, EMPTY } from 'rxjs';
import type { Chance } from '../../lib/index.js';
import type { RealConsul } from '../support/realConsul.js';
import { stopped } from '../support/stopped.js';
import type { Seat } from './cast.js';
import { done, type Cluster } from './cluster.js';
import type { Passage } from './proxy.js';

/** Where faults happen. */
export interface Stage {
  readonly key: string;
  readonly cluster: Cluster;
  readonly seats: readonly Seat[];
  readonly chance: Chance;
  /** Real time passes; rules the length of a fault, and nothing else depends on it. */
  readonly pass: (ms: number) => Promise<unknown>;
}

/** Does harm, waits, and makes everything whole again. */
export type Fault = (stage: Stage) => Promise<void>;

/** A whole number of milliseconds between two others. */
const between = (chance: Chance, from: number, to: number): number =>
  Math.round(from + chance() * (to - from));

const oneOf = <T>(chance: Chance, choice: readonly T[]): T =>
  choice[Math.floor(chance() * choice.length)]!;

const leading = ({ seats, chance }: Stage): Seat =>
  seats.find((seat) => seat.leads()) ?? oneOf(chance, seats);

const following = ({ seats, chance }: Stage): Seat =>
  oneOf(
    chance,
    seats.filter((seat) => !seat.leads()),
  );

/** The raft leader, or any server while there is none. */
const ruling = async ({ cluster, chance }: Stage): Promise<RealConsul> =>
  (await cluster.raftLeader()) ?? oneOf(chance, cluster.servers);

const killed = async (stage: Stage, server: RealConsul): Promise<void> => {
  await done(server.kill());
  await stage.pass(between(stage.chance, 200, 4_000));
  await done(server.restart());
};

const passing =
  (of: (stage: Stage) => Passage, whom = leading): Fault =>
  async (stage) => {
    const { proxy } = whom(stage);
    proxy.set(of(stage));
    await stage.pass(between(stage.chance, 500, 6_000));
    proxy.set({ kind: 'pass' });
  };

/** Stops a process, unless a fault beside this one kills it or lets it go on at once. */
const freeze = (seat: Seat): Promise<void> => {
  seat.signal('SIGSTOP');
  return done(stopped(seat.pid()).pipe(catchError(() => EMPTY)));
};

const frozen =
  (whom: (stage: Stage) => Seat): Fault =>
  async (stage) => {
    const seat = whom(stage);
    await freeze(seat);
    await stage.pass(between(stage.chance, 500, 8_000));
    seat.signal('SIGCONT');
  };

const ended =
  (signal: NodeJS.Signals): Fault =>
  async (stage) => {
    const seat = leading(stage);
    await seat.end(signal);
    seat.restart();
  };

const delayed = ({ chance }: Stage): Passage => ({
  kind: 'delay',
  delayMs: between(chance, 20, 900),
});

/** Faults of the cluster and of whoever leads. */
export const faults: Readonly<Record<string, Fault>> = {
  'the raft leader killed': async (stage) => killed(stage, await ruling(stage)),
  'a server killed': (stage) => killed(stage, oneOf(stage.chance, stage.cluster.servers)),
  'the raft leader frozen': async (stage) => {
    const server = await ruling(stage);
    await done(server.freeze());
    await stage.pass(between(stage.chance, 500, 8_000));
    server.resume();
  },
  'all servers restarted in turn': async (stage) => {
    for (const server of stage.cluster.servers) await done(server.restart());
  },
  'the leader killed': ended('SIGKILL'),
  'the leader told to stop': ended('SIGTERM'),
  'the leader frozen': frozen(leading),
  'the leader’s session destroyed': async ({ cluster, key }) => {
    await cluster.destroyHolder(key);
  },
  // The lock passes on while the leader cannot hear of it: only its lease ends its belief.
  'the leader’s session destroyed behind a blackhole': async (stage) => {
    const { proxy } = leading(stage);
    proxy.set({ kind: 'blackhole' });
    await stage.cluster.destroyHolder(stage.key);
    await stage.pass(between(stage.chance, 4_000, 6_000));
    proxy.set({ kind: 'pass' });
  },
  'the leader’s session destroyed while it is frozen': async (stage) => {
    const seat = leading(stage);
    await freeze(seat);
    await stage.cluster.destroyHolder(stage.key);
    await stage.pass(between(stage.chance, 4_000, 6_000));
    seat.signal('SIGCONT');
  },
  'the leader’s connections slow': passing(delayed),
  'the leader’s requests held back': passing(() => ({ kind: 'cut-requests' })),
  'the leader’s answers held back': passing(() => ({ kind: 'cut-answers' })),
  'the leader in a blackhole': passing(() => ({ kind: 'blackhole' })),
  'the leader’s connections reset': passing(() => ({ kind: 'reset' })),
};

/** What happens to followers meanwhile. */
export const disturbances: readonly Fault[] = [
  frozen(following),
  ...[delayed, ...(['cut-requests', 'cut-answers', 'blackhole', 'reset'] as const)].map((passage) =>
    passing(typeof passage === 'string' ? () => ({ kind: passage }) : passage, following),
  ),
];
