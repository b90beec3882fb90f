import { lastValueFrom, type Observable, type Subscription } from 'rxjs';
import { nowMs } from '../e2e/support/terms.js';
import type { FencedEntry } from './history.js';
import { realConsul, type RealConsul } from '../support/realConsul.js';

/** Three servers of Consul with data directories. */
export interface Cluster {
  readonly servers: readonly RealConsul[];
  /** The one that is the raft leader now, as far as any server says. */
  readonly raftLeader: () => Promise<RealConsul | undefined>;
  /** Ends the session that holds the key, as an operator would. Tells whether one did. */
  readonly destroyHolder: (key: string) => Promise<boolean>;
  /** All entries under a prefix, as the raft leader has them. Rejects when no server says so in time. */
  readonly entriesUnder: (prefix: string) => Promise<readonly FencedEntry[]>;
  readonly close: () => void;
}

/** What a cluster of three may need to elect a raft leader, on a machine that has other things to do. */
export const electionsMs = 30_000;

// Servers that were killed come back; nobody is to tidy them away meanwhile.
const config = { autopilot: { cleanup_dead_servers: false } };

/** Starts them on free ports of the loopback. */
export async function startedCluster(): Promise<Cluster> {
  const running: Subscription[] = [];
  const started = (join: readonly RealConsul[]): Promise<RealConsul> =>
    new Promise((resolve, reject) => {
      const server$ = realConsul({ mode: 'server', join, config });
      running.push(server$.subscribe({ next: resolve, error: reject }));
    });
  const first = await started([]);
  const servers = [first, await started([first]), await started([first])];
  /** The first answer of any server. */
  const ask = async (path: string, method = 'GET'): Promise<unknown> => {
    for (const { address } of servers) {
      const answer = await answerOf(`${address}${path}`, method);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  return {
    servers,
    raftLeader: async () => {
      const address = await ask('/v1/status/leader');
      return servers.find(({ ports }) => address === `127.0.0.1:${ports.server}`);
    },
    destroyHolder: async (key) => {
      const [entry] = ((await ask(`/v1/kv/${key}`)) ?? []) as { readonly Session?: string }[];
      if (entry?.Session === undefined) return false;
      return (await ask(`/v1/session/destroy/${entry.Session}`, 'PUT')) === true;
    },
    entriesUnder: async (prefix) => {
      const endsAtMs = nowMs() + electionsMs;
      while (nowMs() < endsAtMs) {
        const entries = await ask(`/v1/kv/${prefix}?recurse&consistent`);
        if (entries !== undefined) return (entries as readonly Entry[]).map(fencedEntry);
      }
      throw new Error(`No server told what is under ${prefix}.`);
    },
    close: () => {
      for (const server of running) server.unsubscribe();
    },
  };
}

interface Entry {
  readonly Key: string;
  readonly ModifyIndex: number;
}

const fencedEntry = ({ Key, ModifyIndex }: Entry): FencedEntry => ({
  key: Key,
  modifyIndex: ModifyIndex,
});

/** What a server says, if it says anything of use within a moment. */
async function answerOf(url: string, method: string): Promise<unknown> {
  try {
    const response = await fetch(url, { method, signal: AbortSignal.timeout(2_000) });
    const answer: unknown = response.ok ? await response.json() : undefined;
    return answer === '' ? undefined : answer;
  } catch {
    return undefined;
  }
}

/** Resolves when something is done. */
export const done = (task$: Observable<never>): Promise<void> =>
  lastValueFrom(task$, { defaultValue: undefined });
