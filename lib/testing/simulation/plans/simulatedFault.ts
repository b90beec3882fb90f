/** How Consul or something before it turns requests away. */
export type Refusal = '429' | '503' | '500' | 'garbage' | 'committing';

/** Something that goes wrong at a moment. */
export interface PointFault<K extends string> {
  /** What goes wrong. */
  readonly kind: K;
  /** When, in milliseconds of the world's time. */
  readonly atMs: number;
}

/** Something that goes wrong for a while. */
export interface Outage<K extends string> extends PointFault<K> {
  /** For how long, in milliseconds. */
  readonly forMs: number;
}

/** Something that goes wrong for one process at a moment. */
export interface ProcessPointFault<K extends string> extends PointFault<K> {
  /** Which process, counted from 0. */
  readonly process: number;
}

/** Something that goes wrong for one process for a while. */
export interface ProcessOutage<K extends string> extends Outage<K> {
  /** Which process, counted from 0. */
  readonly process: number;
}

/** Messages of a process are lost or late by chance. */
export interface Loss extends ProcessOutage<'loss'> {
  /** The part of answers that is lost and of requests that is late; half of it of requests lost. */
  readonly part: number;
}

/** Messages of a process take long. */
export interface Slowness extends ProcessOutage<'slow'> {
  /** The most that a message takes each way, in milliseconds. */
  readonly latencyMs: number;
}

/** Requests of a process are turned away. */
export interface RefusedRequests extends ProcessOutage<'refusal'> {
  /** How; `committing` ones take effect all the same. */
  readonly answer: Refusal;
}

/** The wall clock of a process is set. */
export interface WallJump extends ProcessPointFault<'wallJump'> {
  /** By how much it is set ahead, in milliseconds; back when negative. */
  readonly byMs: number;
}

/** A process leaves the election of one key of a group for a while. */
export interface KeyLeave extends ProcessOutage<'leaveKey'> {
  /** Which key, counted from 0. */
  readonly key: number;
}

/** Consul is restored from a snapshot, which was taken at `atMs`, after `forMs`. */
export interface Restoration extends Outage<'restoreSnapshot'> {
  /** Whether into a new cluster, in which raft indexes are given a second time. */
  readonly elsewhere: boolean;
}

/** Another server becomes the raft leader, which one process does not hear of. */
export interface RaftElection extends ProcessOutage<'raftElection'> {
  /**
   * Whether the new one has just started: it ends lock-delays that begin soon after too early.
   * Defaults to `false`.
   */
  readonly justStarted?: boolean;
}

/** The agent restarts. */
export interface AgentRestart extends PointFault<'agentRestart'> {
  /** Whether it knows its checks afterwards; they are critical then. */
  readonly keepsData: boolean;
}

/**
 * Something that goes wrong in a simulated world.
 *
 * - `blackhole`, `unreachable`: nothing gets through to Consul or back, silently or with a refusal.
 * - `stall`, `suspend`: the process, or its whole machine, stands still.
 * - `crash`: the process dies, and another is started in its place afterwards.
 * - `raftElection`: everybody is refused, then another server leads; `process` still asks the old one.
 *   One that has just started ends lock-delays too early.
 * - `stepDown`: whoever leads hands over.
 * - `leaveKey`: a process resigns from one key of its group, and joins it again afterwards.
 * - `destroySession`: an operator ends the session of whoever leads.
 * - `checkFlap`: a check of the node turns critical.
 * - `agentRestart`: the agent is back after longer than the TTL of its checks, with or without its data.
 * - `overwrite`: somebody writes the key, held or not, as any client may.
 * - `deleteKey`: somebody deletes the key, which no lease covers.
 * - `restoreSnapshot`: an operator takes Consul back to what it held, which no lease covers either.
 */
export type SimulatedFault =
  | ProcessOutage<'blackhole' | 'unreachable'>
  | ProcessOutage<'stall' | 'suspend'>
  | ProcessOutage<'crash'>
  | RaftElection
  | Loss
  | Slowness
  | RefusedRequests
  | WallJump
  | AgentRestart
  | KeyLeave
  | PointFault<'stepDown'>
  | PointFault<'destroySession'>
  | PointFault<'overwrite'>
  | PointFault<'deleteKey'>
  | Outage<'checkFlap'>
  | Restoration;

/** When a fault is over. */
export function endMs(fault: SimulatedFault): number {
  return fault.atMs + ('forMs' in fault ? fault.forMs : 0);
}
