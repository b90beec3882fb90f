import type { ModelEntry, ModelSession } from '../state.js';

/** An entry as Consul writes it, field by field in Consul's order. */
export function entryJson(entry: ModelEntry): object {
  return {
    LockIndex: entry.lockIndex,
    Key: entry.key,
    Flags: entry.flags,
    Value: entry.valueBase64 === '' ? null : entry.valueBase64,
    ...(entry.sessionId === undefined ? {} : { Session: entry.sessionId }),
    CreateIndex: entry.createIndex,
    ModifyIndex: entry.modifyIndex,
  };
}

/** A session as Consul writes it. */
export function sessionJson(session: ModelSession): object {
  return {
    ID: session.id,
    Name: session.name,
    Node: session.node,
    LockDelay: session.lockDelayNs,
    Behavior: session.behavior,
    TTL: session.ttl,
    NodeChecks: session.nodeChecks,
    ServiceChecks:
      session.serviceChecks?.map(({ id, namespace }) => ({ ID: id, Namespace: namespace })) ?? null,
    ...(session.legacyChecks.length === 0 ? {} : { Checks: session.legacyChecks }),
    CreateIndex: session.createIndex,
    ModifyIndex: session.createIndex,
  };
}
