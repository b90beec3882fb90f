import { of } from 'rxjs';
import type { KeyEntry, SessionInfo } from '../../consul/http/answers.js';
import type { Transport, TransportRequest, TransportResponse } from '../../ports/transport.js';
import { decodeText, encodeText } from './encoding/base64.js';
import { setNodeCheck } from './model/checks.js';
import { restartAgent } from './model/ttlChecks.js';
import { startDeadlinesAnew } from './model/expiry.js';
import { replayLockDelays } from './model/lockDelays.js';
import { entriesUnder } from './model/indexes.js';
import { deleteKey, setKey } from './model/keys.js';
import { restored } from './model/restore.js';
import { endSession } from './model/sessions.js';
import {
  nextEntry,
  type CheckStatus,
  type ConsulState,
  type ModelEntry,
  type ModelSession,
} from './model/state.js';
import type { RecordedRequest } from '../faults/recordedRequest.js';
import type { RunningConsul } from './runningConsul.js';
import { servedBy } from './servedBy.js';

/**
 * What a test can do with a model of Consul besides sending requests: look inside, and act as an
 * operator would. Everything takes effect at once.
 */
export interface ConsulHandle {
  /** Every request that arrived, in the order of arrival. */
  readonly requests: readonly RecordedRequest[];
  /** The ID of the session that holds the key, if any. */
  readonly holderOf: (key: string) => string | undefined;
  /** The entry of a key, if there is one. */
  readonly entryOf: (key: string) => KeyEntry | undefined;
  /** All keys, sorted. */
  readonly keys: () => readonly string[];
  /** All living sessions, the oldest first. */
  readonly sessions: () => readonly SessionInfo[];
  /** IDs of the services that are registered with the agent, in the order of their registration. */
  readonly services: () => readonly string[];
  /** Ends a session, as `PUT /v1/session/destroy` does: the lock-delay applies. */
  readonly destroySession: (id: string) => void;
  /** Deletes a key, held or not. No lock-delay applies. */
  readonly deleteKey: (key: string) => void;
  /** Writes a key as any client may, also one that is held. Flags default to 0. */
  readonly put: (key: string, value: string, flags?: bigint) => void;
  /**
   * Registers a check of the node, or changes its status. Turning critical ends every session that
   * depends on it. `serfHealth` exists from the start, and passes.
   */
  readonly setNodeCheck: (check: string, status: CheckStatus) => void;
  /**
   * Restarts the agent, which was away for longer than the TTL of any of its checks: with its data it
   * comes back with all of them critical, without (`keepsData: false`) it knows neither its checks nor
   * its services. Either ends the sessions that depend on them; a real one may be passed before it
   * tells the servers. Keys and other sessions stay, since they are the servers'.
   */
  readonly restartAgent: (options?: { readonly keepsData?: boolean }) => void;
  /** Makes another server the raft leader: every session's time starts anew. */
  readonly electRaftLeader: (options?: RaftLeaderOptions) => void;
  /**
   * A server that was cut off at this moment and does not know it: it answers default reads from what
   * it knew, and renews sessions that may be gone. Consistent reads and writes fail.
   */
  readonly deposedServer: () => Transport;
  /** Everything that is stored now. */
  readonly snapshot: () => ConsulSnapshot;
  /**
   * Puts a snapshot in the place of everything: sessions start their time anew, lock-delays are
   * forgotten, and blocking queries come back early with what they would have read before.
   */
  readonly restore: (snapshot: ConsulSnapshot, options?: RestoreOptions) => void;
}

/** Which server becomes the raft leader. */
export interface RaftLeaderOptions {
  /**
   * Whether it has just started, and reads the whole log again. It then bars every key that ever had a
   * lock-delay, for that long from now on; and when that is over it ends whatever lock-delay the key has by
   * then, so that one which began meanwhile ends too early. Seen on Consul 1.8.7. Defaults to `false`.
   */
  readonly justStarted?: boolean;
}

/** How a snapshot is restored. */
export interface RestoreOptions {
  /**
   * Whether into a new cluster: raft indexes then go on from the snapshot's, so that fencing tokens
   * repeat. In the cluster that it was taken from they go on above the latest. Defaults to `false`.
   */
  readonly elsewhere?: boolean;
}

declare const stored: unique symbol;

/** Everything that a model of Consul held at a moment, for {@link ConsulHandle.restore}. */
export interface ConsulSnapshot {
  /** Tells it from other objects; what it holds is the model's own matter. */
  readonly [stored]: true;
}

/** The handle on a model at work. */
export function consulHandle(
  running: RunningConsul,
  requests: readonly RecordedRequest[],
): ConsulHandle {
  const { change, current } = running;
  return {
    requests,
    holderOf: (key) => current().entries.get(key)?.sessionId,
    entryOf: (key) => {
      const entry = current().entries.get(key);
      return entry === undefined ? undefined : keyEntry(entry);
    },
    keys: () => entriesUnder(current(), '').map(({ key }) => key),
    sessions: () => [...current().sessions.values()].map(sessionInfo),
    services: () => [...current().services.keys()],
    destroySession: (id) => change((state, nowMs) => endSession(state, id, nowMs)),
    deleteKey: (key) => change((state) => deleteKey(nextEntry(state), key)),
    put: (key, value, flags = 0n) =>
      change((state) => setKey(nextEntry(state), { key, valueBase64: encodeText(value), flags })),
    setNodeCheck: (check, status) =>
      change((state, nowMs) => setNodeCheck(state, check, status, nowMs)),
    restartAgent: ({ keepsData = true } = {}) =>
      change((state, nowMs) => restartAgent(state, keepsData, nowMs)),
    electRaftLeader: ({ justStarted = false } = {}) =>
      change((state, nowMs) =>
        startDeadlinesAnew(justStarted ? replayLockDelays(state, nowMs) : state, nowMs),
      ),
    deposedServer: () => deposed(servedBy(running.copy())),
    snapshot: () => current() as unknown as ConsulSnapshot,
    restore: (snapshot, { elsewhere = false } = {}) => {
      running.wake();
      change((state, nowMs) =>
        restored(state, snapshot as unknown as ConsulState, nowMs, elsewhere),
      );
    },
  };
}

function deposed(server: Transport): Transport {
  const refused: TransportResponse = { status: 500, headers: {}, body: 'No cluster leader' };
  const isAnswered = ({ method, path, query }: TransportRequest): boolean =>
    path.startsWith('/v1/session/renew/') || (method === 'GET' && !('consistent' in query));
  return {
    ...server,
    request: (request) => (isAnswered(request) ? server.request(request) : of(refused)),
  };
}

function keyEntry({ valueBase64, ...entry }: ModelEntry): KeyEntry {
  return { ...entry, value: decodeText(valueBase64) };
}

function sessionInfo(session: ModelSession): SessionInfo {
  const { id, name, node, behavior, createIndex } = session;
  const lockDelayMs = Number(session.lockDelayNs) / 1e6;
  const ttlMs = session.ttlMs === 0 ? undefined : session.ttlMs;
  return { id, name, node, behavior, createIndex, lockDelayMs, ttlMs };
}
