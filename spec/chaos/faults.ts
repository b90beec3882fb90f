import { catchError, EMPTY } from 'rxjs';
import type { Chance } from '../../lib/index.js';
import type { RealConsul } from '../support/realConsul.js';
import { stopped } from '../support/stopped.js';
import type { Participant } from './participants.js';
import { done, type Cluster } from './cluster.js';
import type { Passage } from './proxy.js';

/** Where faults happen. */
export interface ChaosWorld {
  readonly key: string;
  readonly cluster: Cluster;
  readonly participants: readonly Participant[];
  readonly chance: Chance;
  /** Real time passes; rules the length of a fault, and nothing else depends on it. */
  readonly pass: (ms: number) => Promise<unknown>;
}

/** Does harm, waits, and makes everything whole again. */
export type Fault = (world: ChaosWorld) => Promise<void>;

/** A whole number of milliseconds between two others. */
const between = (chance: Chance, from: number, to: number): number =>
  Math.round(from + chance() * (to - from));

const oneOf = <T>(chance: Chance, choice: readonly T[]): T =>
  choice[Math.floor(chance() * choice.length)]!;

const leading = ({ participants, chance }: ChaosWorld): Participant =>
  participants.find((participant) => participant.leads()) ?? oneOf(chance, participants);

const following = ({ participants, chance }: ChaosWorld): Participant =>
  oneOf(
    chance,
    participants.filter((participant) => !participant.leads()),
  );

/** The raft leader, or any server while there is none. */
const ruling = async ({ cluster, chance }: ChaosWorld): Promise<RealConsul> =>
  (await cluster.raftLeader()) ?? oneOf(chance, cluster.servers);

const killed = async (world: ChaosWorld, server: RealConsul): Promise<void> => {
  await done(server.kill());
  await world.pass(between(world.chance, 200, 4_000));
  await done(server.restart());
};

const passing =
  (of: (world: ChaosWorld) => Passage, whom = leading): Fault =>
  async (world) => {
    const { proxy } = whom(world);
    proxy.set(of(world));
    await world.pass(between(world.chance, 500, 6_000));
    proxy.set({ kind: 'pass' });
  };

/** Stops a process, unless a fault beside this one kills it or lets it go on at once. */
const freeze = (participant: Participant): Promise<void> => {
  participant.signal('SIGSTOP');
  return done(stopped(participant.pid()).pipe(catchError(() => EMPTY)));
};

const frozen =
  (whom: (world: ChaosWorld) => Participant): Fault =>
  async (world) => {
    const participant = whom(world);
    await freeze(participant);
    await world.pass(between(world.chance, 500, 8_000));
    participant.signal('SIGCONT');
  };

const ended =
  (signal: NodeJS.Signals): Fault =>
  async (world) => {
    const participant = leading(world);
    await participant.end(signal);
    participant.restart();
  };

const delayed = ({ chance }: ChaosWorld): Passage => ({
  kind: 'delay',
  delayMs: between(chance, 20, 900),
});

/** Faults of the cluster and of whoever leads. */
export const faults: Readonly<Record<string, Fault>> = {
  'the raft leader killed': async (world) => killed(world, await ruling(world)),
  'a server killed': (world) => killed(world, oneOf(world.chance, world.cluster.servers)),
  'the raft leader frozen': async (world) => {
    const server = await ruling(world);
    await done(server.freeze());
    await world.pass(between(world.chance, 500, 8_000));
    server.resume();
  },
  'all servers restarted in turn': async (world) => {
    for (const server of world.cluster.servers) await done(server.restart());
  },
  'the leader killed': ended('SIGKILL'),
  'the leader told to stop': ended('SIGTERM'),
  'the leader frozen': frozen(leading),
  'the leader’s session destroyed': async ({ cluster, key }) => {
    await cluster.destroyHolder(key);
  },
  // The lock passes on while the leader cannot hear of it: only its lease ends its belief.
  'the leader’s session destroyed behind a blackhole': async (world) => {
    const { proxy } = leading(world);
    proxy.set({ kind: 'blackhole' });
    await world.cluster.destroyHolder(world.key);
    await world.pass(between(world.chance, 4_000, 6_000));
    proxy.set({ kind: 'pass' });
  },
  'the leader’s session destroyed while it is frozen': async (world) => {
    const participant = leading(world);
    await freeze(participant);
    await world.cluster.destroyHolder(world.key);
    await world.pass(between(world.chance, 4_000, 6_000));
    participant.signal('SIGCONT');
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
