import { lastValueFrom, timer } from 'rxjs';
import { explainTiming, type Chance, type ElectionOptions } from '../../lib/index.js';
import { seededChance } from '../../lib/testing/index.js';
import { nowMs } from '../e2e/support/terms.js';
import {
  startParticipant,
  startedRegister,
  type Register,
  type Participant,
} from './participants.js';
import { electionsMs, startedCluster, type Cluster } from './cluster.js';
import { disturbances, faults, type ChaosWorld } from './faults.js';
import type { ChaosHistory, Episode } from './history.js';

/** How much chaos. */
export interface ChaosOptions {
  readonly minutes: number;
  /** Decides which faults come in which order, where, and for how long. */
  readonly seed: number;
  readonly contenders?: number;
}

const key = 'locks/chaos';
const options: ElectionOptions = { key, lockDelayMs: 3_000, watchWaitMs: 5_000 };

/** The longest that it may take until somebody leads when everything is whole again. */
const patienceMs = explainTiming(options).recoveryMs + electionsMs;

const pass = (ms: number): Promise<unknown> => lastValueFrom(timer(ms), { defaultValue: 0 });

/**
 * Contenders on a real cluster, with one fault after the other to it and to whoever leads, and with
 * lesser ones to the followers all the while.
 */
export async function chaos({
  minutes,
  seed,
  contenders = 5,
}: ChaosOptions): Promise<ChaosHistory> {
  const cluster = await startedCluster();
  const register = await startedRegister();
  const participants = await startParticipants(cluster, register, contenders);
  const chance = seededChance(seed);
  const world: ChaosWorld = { key, cluster, participants, chance, pass };
  try {
    const episodes: Episode[] = [{ ...(await led(world, nowMs())), fault: 'the beginning' }];
    const endsAtMs = nowMs() + minutes * 60_000;
    // Chance of its own, since two lanes that share one would tell each other apart by their timing.
    const beside = disturbed({ ...world, chance: seededChance(seed + 1) }, endsAtMs);
    for (const fault of decks(chance)) {
      if (nowMs() >= endsAtMs || episodes.at(-1)?.ledMs === undefined) break;
      episodes.push(await episode(world, fault));
    }
    await beside;
    episodes.push({ ...(await led(world, nowMs())), fault: 'the last disturbance' });
    // Who writes ends before what is written is read, and what it told has come when it is gone.
    await Promise.all(participants.map((participant) => participant.end('SIGKILL')));
    await register.end();
    const entries = await cluster.entriesUnder('fenced/');
    const lives = participants.flatMap((participant) => participant.lives());
    return { lives, register: register.lines, episodes, entries };
  } finally {
    await Promise.all(participants.map((participant) => participant.end('SIGKILL')));
    await Promise.all([register.end(), ...participants.map(({ proxy }) => proxy.close())]);
    cluster.close();
  }
}

function startParticipants(
  cluster: Cluster,
  register: Register,
  count: number,
): Promise<Participant[]> {
  return Promise.all(
    Array.from({ length: count }, (_, at) => {
      const { ports } = cluster.servers[at % cluster.servers.length]!;
      const plan = { options, register: register.address, writeEveryMs: 20 };
      return startParticipant(`c${at + 1}`, ports.http, plan);
    }),
  );
}

/** All faults in some order, then all in another, without end. */
function* decks(chance: Chance): Generator<string, never> {
  for (;;) {
    const deck = Object.keys(faults);
    while (deck.length > 0) yield deck.splice(Math.floor(chance() * deck.length), 1)[0]!;
  }
}

async function episode(world: ChaosWorld, name: string): Promise<Episode> {
  const fromMs = nowMs();
  await faults[name]!(world);
  const outcome = await led(world, nowMs());
  // A while of peace, in which the leader writes.
  await pass(200 + world.chance() * 800);
  return { ...outcome, fault: name, fromMs };
}

/** Waits for a leader who writes after the healing. */
async function led(
  { participants }: ChaosWorld,
  healedMs: number,
): Promise<Omit<Episode, 'fault'>> {
  const claims = (participant: Participant): boolean =>
    participant
      .lives()
      .at(-1)
      ?.lines.some(({ kind, atMs }) => kind === 'Claim' && atMs > healedMs) === true;
  while (nowMs() < healedMs + patienceMs) {
    const leader = participants.find((participant) => participant.leads() && claims(participant));
    if (leader) return { fromMs: healedMs, healedMs, ledMs: nowMs() };
    await pass(10);
  }
  return { fromMs: healedMs, healedMs, ledMs: undefined };
}

/** Followers are disturbed, one after the other, until it is time to end. */
async function disturbed(world: ChaosWorld, endsAtMs: number): Promise<void> {
  while (nowMs() < endsAtMs) {
    await pass(500 + world.chance() * 2_000);
    await disturbances[Math.floor(world.chance() * disturbances.length)]!(world);
  }
}
