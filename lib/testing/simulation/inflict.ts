import type { SimulatedConsul } from '../simulatedConsul.js';
import type { FenceRules } from './fenceRules.js';
import type { NetworkConditions } from './network.js';
import { calm, leadersOf, type SimulatedProcess } from './simulatedProcess.js';
import type { KeyLeave, RaftElection, Trouble } from './trouble.js';

/** What troubles act on. */
export interface Stage {
  readonly consul: SimulatedConsul;
  readonly keys: readonly string[];
  readonly fences: FenceRules;
  /** The process that runs in this place now. */
  readonly processes: SimulatedProcess[];
  /** Puts a new process in the place of a dead one. */
  readonly replace: (place: number) => void;
  readonly later: (delayMs: number, run: () => void) => void;
}

/** Lets a trouble begin, and sees to its end. */
export function inflict(stage: Stage, trouble: Trouble): void {
  const { consul, later, processes } = stage;
  const [key = ''] = stage.keys;
  if (trouble.kind === 'destroySession') {
    const [holder] = stage.keys.map(consul.holderOf).filter((session) => session !== undefined);
    if (holder !== undefined) consul.destroySession(holder);
  } else if (trouble.kind === 'checkFlap') {
    consul.setNodeCheck('serfHealth', 'critical');
    later(trouble.forMs, () => {
      consul.setNodeCheck('serfHealth', 'passing');
    });
  } else if (trouble.kind === 'agentRestart') {
    consul.restartAgent({ keepsData: trouble.keepsData });
  } else if (trouble.kind === 'stepDown') {
    // Where Consul cannot be told, the session ends by its TTL; the history shows what comes of it.
    const led = stage.keys.find((key) => leadersOf(processes, key).length > 0) ?? key;
    leadersOf(processes, led)[0]
      ?.electionOf(led)
      .stepDown()
      .subscribe({ error: () => undefined });
  } else if (trouble.kind === 'overwrite') {
    const entry = consul.entryOf(key);
    // Who makes the key anew, with flags of its own, has another use for it: see `KEY_IN_USE`.
    if (entry !== undefined) consul.put(key, 'overwritten', entry.flags);
  } else if (trouble.kind === 'deleteKey') {
    consul.deleteKey(key);
  } else if (trouble.kind === 'restoreSnapshot') {
    restoration(stage, trouble);
  } else if (trouble.kind === 'raftElection') {
    raftElection(stage, trouble);
  } else {
    const process = processes[trouble.process];
    if (process?.isDead === false) befall(stage, trouble, process);
  }
}

/** What befalls one process alone. */
type Personal = Exclude<
  Trouble,
  {
    kind:
      | 'stepDown'
      | 'destroySession'
      | 'checkFlap'
      | 'overwrite'
      | 'deleteKey'
      | 'restoreSnapshot'
      | 'raftElection'
      | 'agentRestart';
  }
>;

function befall(stage: Stage, trouble: Personal, process: SimulatedProcess): void {
  if (trouble.kind === 'wallJump') {
    process.machine.jumpWall(trouble.byMs);
    process.isSteady = false;
  } else if (trouble.kind === 'leaveKey') {
    leaveKey(stage, trouble, process);
  } else {
    begin(process, trouble);
    stage.later(trouble.forMs, () => {
      if (trouble.kind === 'crash') stage.replace(trouble.process);
      else if (!process.isDead) end(process, trouble);
    });
  }
}

/** Leaves a key, and comes back after a while; others stay, since whoever leaves them all has left for good. */
function leaveKey(
  { keys, later }: Stage,
  { forMs, key: index }: KeyLeave,
  process: SimulatedProcess,
): void {
  const key = keys[index] ?? '';
  if (!process.hasJoined(key) || keys.filter(process.hasJoined).length < 2) return;
  const comeBack = (): void =>
    later(forMs, () => {
      if (!process.isDead) process.join(key);
    });
  process.electionOf(key).resign().subscribe({ error: comeBack, complete: comeBack });
}

type Lasting = Extract<Exclude<Personal, KeyLeave>, { readonly forMs: number }>;

function begin(process: SimulatedProcess, trouble: Lasting): void {
  switch (trouble.kind) {
    case 'blackhole':
    case 'unreachable':
      process.connection.setLink(trouble.kind);
      return;
    case 'suspend':
      process.isSteady = false;
      process.machine.suspend();
      return;
    case 'stall':
      process.machine.stall();
      return;
    case 'loss':
      process.conditions = { ...calm, ...lossOf(trouble.part) };
      return;
    case 'slow':
      process.conditions = { ...calm, latencyMs: trouble.latencyMs };
      return;
    case 'refusal':
      process.instead = trouble.answer;
      return;
    case 'crash':
      kill(process);
  }
}

/** Later than any request waits. */
const lateMs = 20_000;

const lossOf = (part: number): Partial<NetworkConditions> => ({
  ...{ lostRequests: part / 2, lostAnswers: part, lateRequests: part, lateMs },
});

function end(process: SimulatedProcess, { kind }: Lasting): void {
  if (kind === 'blackhole' || kind === 'unreachable') process.connection.setLink('up');
  else if (kind === 'stall' || kind === 'suspend') process.machine.resume();
  else if (kind === 'refusal') process.instead = undefined;
  else process.conditions = calm;
}

/** The process does nothing any more, and nothing that it has sent is answered. */
export function kill(process: SimulatedProcess): void {
  process.isDead = true;
  process.connection.setLink('blackhole');
  process.machine.stall();
}

function restoration(
  { consul, fences, later }: Stage,
  { forMs, elsewhere }: Extract<Trouble, { kind: 'restoreSnapshot' }>,
): void {
  const snapshot = consul.snapshot();
  const restoredInRules = fences.snapshot();
  later(forMs, () => {
    restoredInRules(elsewhere);
    consul.restore(snapshot, { elsewhere });
  });
}

/**
 * First the old leader commits what it no longer may answer, then nobody leads, then a new server does,
 * while the old one still answers the one process that asks it.
 */
function raftElection(
  { consul, processes, later }: Stage,
  { process: place, forMs, justStarted = false }: RaftElection,
): void {
  const misled = [...processes];
  const deposed = consul.deposedServer();
  const give = (instead: SimulatedProcess['instead']) => {
    for (const process of misled) process.instead = instead;
  };
  give('committing');
  later(Math.min(20, forMs / 4), () => {
    give('500');
    const isolated = misled[place];
    if (isolated !== undefined) isolated.instead = deposed;
  });
  later(forMs / 2, () => {
    consul.electRaftLeader({ justStarted });
    for (const process of misled) {
      if (process !== misled[place]) process.instead = undefined;
    }
  });
  later(forMs, () => {
    give(undefined);
    const isolated = misled[place];
    if (isolated === undefined || isolated.isDead) return;
    // What still waits at the old server is cut off.
    isolated.connection.setLink('unreachable');
    isolated.connection.setLink('up');
  });
}
