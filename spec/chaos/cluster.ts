import { lastValueFrom, type Observable, type Subscription } from 'rxjs';
import type { FencedEntry } from './history.js';
import { realConsul, type RealConsul } from '../support/realConsul.js';

/** Three servers of Consul with data directories. */
export interface Cluster {
  readonly servers: readonly RealConsul[];
  /** The one that is the raft leader now, as far as any server says. */
  readonly raftLeader: () => Promise<RealConsul | undefined>;
  /** Ends the session that holds the key, as an operator would. Tells whether one did. */
  readonly destroyHolder: (key: string) => Promise<boolean>;
  /** All entries under a prefix. */
  readonly entriesUnder: (prefix: string) => Promise<readonly FencedEntry[]>;
  readonly close: () => void;
}

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
      const entries = (await ask(`/v1/kv/${prefix}?recurse&consistent`)) ?? [];
      return (entries as { readonly Key: string; readonly ModifyIndex: number }[]).map(
        ({ Key, ModifyIndex }) => ({ key: Key, modifyIndex: ModifyIndex }),
      );
    },
    close: () => {
      for (const server of running) server.unsubscribe();
    },
  };
}

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
