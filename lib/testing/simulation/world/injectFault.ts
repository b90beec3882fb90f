import type { SimulatedConsul } from '../../simulatedConsul.js';
import type { FenceRules } from '../checkers/fenceRules.js';
import type { NetworkConditions } from './network.js';
import { calm, leadersOf, type SimulatedProcess } from './simulatedProcess.js';
import type { KeyLeave, RaftElection, SimulatedFault } from '../plans/simulatedFault.js';

/** What faults act on. */
export interface FaultTargets {
  readonly consul: SimulatedConsul;
  readonly keys: readonly string[];
  readonly fences: FenceRules;
  /** The process that runs in this place now. */
  readonly processes: SimulatedProcess[];
  /** Puts a new process in the place of a dead one. */
  readonly replace: (place: number) => void;
  readonly later: (delayMs: number, run: () => void) => void;
}

/** Lets a fault begin, and sees to its end. */
export function injectFault(targets: FaultTargets, fault: SimulatedFault): void {
  const { consul, later, processes } = targets;
  const [key = ''] = targets.keys;
  if (fault.kind === 'destroySession') {
    const [holder] = targets.keys.map(consul.holderOf).filter((session) => session !== undefined);
    if (holder !== undefined) consul.destroySession(holder);
  } else if (fault.kind === 'checkFlap') {
    consul.setNodeCheck('serfHealth', 'critical');
    later(fault.forMs, () => {
      consul.setNodeCheck('serfHealth', 'passing');
    });
  } else if (fault.kind === 'agentRestart') {
    consul.restartAgent({ keepsData: fault.keepsData });
  } else if (fault.kind === 'stepDown') {
    // Where Consul cannot be told, the session ends by its TTL; the history shows what comes of it.
    const led = targets.keys.find((key) => leadersOf(processes, key).length > 0) ?? key;
    leadersOf(processes, led)[0]
      ?.electionOf(led)
      .stepDown()
      .subscribe({ error: () => undefined });
  } else if (fault.kind === 'overwrite') {
    const entry = consul.entryOf(key);
    // Who makes the key anew, with flags of its own, has another use for it: see `KEY_IN_USE`.
    if (entry !== undefined) consul.put(key, 'overwritten', entry.flags);
  } else if (fault.kind === 'deleteKey') {
    consul.deleteKey(key);
  } else if (fault.kind === 'restoreSnapshot') {
    restoration(targets, fault);
  } else if (fault.kind === 'raftElection') {
    raftElection(targets, fault);
  } else {
    const process = processes[fault.process];
    if (process?.isDead === false) injectIntoProcess(targets, fault, process);
  }
}

/** What befalls one process alone. */
type ProcessFault = Exclude<
  SimulatedFault,
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

function injectIntoProcess(
  targets: FaultTargets,
  fault: ProcessFault,
  process: SimulatedProcess,
): void {
  if (fault.kind === 'wallJump') {
    process.machine.jumpWall(fault.byMs);
    process.isSteady = false;
  } else if (fault.kind === 'leaveKey') {
    leaveKey(targets, fault, process);
  } else {
    begin(process, fault);
    targets.later(fault.forMs, () => {
      if (fault.kind === 'crash') targets.replace(fault.process);
      else if (!process.isDead) end(process, fault);
    });
  }
}

/** Leaves a key, and comes back after a while; others stay, since whoever leaves them all has left for good. */
function leaveKey(
  { keys, later }: FaultTargets,
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

type LastingFault = Extract<Exclude<ProcessFault, KeyLeave>, { readonly forMs: number }>;

function begin(process: SimulatedProcess, fault: LastingFault): void {
  switch (fault.kind) {
    case 'blackhole':
    case 'unreachable':
      process.connection.setLink(fault.kind);
      return;
    case 'suspend':
      process.isSteady = false;
      process.machine.suspend();
      return;
    case 'stall':
      process.machine.stall();
      return;
    case 'loss':
      process.conditions = { ...calm, ...lossOf(fault.part) };
      return;
    case 'slow':
      process.conditions = { ...calm, latencyMs: fault.latencyMs };
      return;
    case 'refusal':
      process.instead = fault.answer;
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

function end(process: SimulatedProcess, { kind }: LastingFault): void {
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
  { consul, fences, later }: FaultTargets,
  { forMs, elsewhere }: Extract<SimulatedFault, { kind: 'restoreSnapshot' }>,
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
  { consul, processes, later }: FaultTargets,
  { process: place, forMs, justStarted = false }: RaftElection,
): void {
  const withFaultyEnd = [...processes];
  const deposed = consul.deposedServer();
  const give = (instead: SimulatedProcess['instead']) => {
    for (const process of withFaultyEnd) process.instead = instead;
  };
  give('committing');
  later(Math.min(20, forMs / 4), () => {
    give('500');
    const isolated = withFaultyEnd[place];
    if (isolated !== undefined) isolated.instead = deposed;
  });
  later(forMs / 2, () => {
    consul.electRaftLeader({ justStarted });
    for (const process of withFaultyEnd) {
      if (process !== withFaultyEnd[place]) process.instead = undefined;
    }
  });
  later(forMs, () => {
    give(undefined);
    const isolated = withFaultyEnd[place];
    if (isolated === undefined || isolated.isDead) return;
    // What still waits at the old server is cut off.
    isolated.connection.setLink('unreachable');
    isolated.connection.setLink('up');
  });
}
