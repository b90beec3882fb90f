import type { ConsulState, ModelEntry } from './state.js';

/** What `X-Consul-Index` says of one key: its own index, or that of all keys where it is missing. */
export function keyIndex(state: ConsulState, key: string): number {
  return state.entries.get(key)?.modifyIndex ?? tableIndex(state.keysIndex);
}

/** What `X-Consul-Index` says of a prefix: the latest change or deletion under it. */
export function prefixIndex(state: ConsulState, prefix: string): number {
  if (prefix === '') return tableIndex(state.keysIndex);
  const changes = entriesUnder(state, prefix).map((entry) => entry.modifyIndex);
  const deletions = [...state.tombstones]
    .filter(([stone]) => stone.startsWith(prefix))
    .map(([, index]) => index);
  const latest = [...changes, ...deletions].reduce((a, b) => Math.max(a, b), 0);
  return latest === 0 ? tableIndex(state.keysIndex) : latest;
}

/** What `X-Consul-Index` says of every reading of sessions. */
export function sessionsIndex(state: ConsulState): number {
  return tableIndex(state.sessionsIndex);
}

/** The entries whose keys start with the prefix, in the order of their keys' bytes. */
export function entriesUnder(state: ConsulState, prefix: string): readonly ModelEntry[] {
  return [...state.entries.values()]
    .filter(({ key }) => key.startsWith(prefix))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Consul never answers index 0, since a client that sends it back would not block. */
function tableIndex(index: number): number {
  return Math.max(1, index);
}
