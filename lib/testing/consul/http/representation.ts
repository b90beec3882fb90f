import type {
  ConsulState,
  ModelCheck,
  ModelEntry,
  ModelService,
  ModelSession,
} from '../model/state.js';

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

/** A check as the agent writes it. */
export function checkJson({ nodeName, services }: ConsulState, check: ModelCheck): object {
  const service = services.get(check.serviceId);
  return {
    ...{ Node: nodeName, CheckID: check.id, Name: check.name, Status: check.status },
    ...{ Notes: check.notes, Output: check.output, ServiceID: check.serviceId },
    ...{ ServiceName: service?.name ?? '', ServiceTags: service?.tags ?? [], Type: 'ttl' },
    ...{ Definition: {}, CreateIndex: 0, ModifyIndex: 0 },
  };
}

/** A service as the agent writes it. */
export function serviceJson({ id, name, tags, meta, port, address }: ModelService): object {
  const tagged = { Address: address, Port: port };
  return {
    ...{ ID: id, Service: name, Tags: tags, Meta: meta, Port: port, Address: address },
    ...(address === '' ? {} : { TaggedAddresses: { lan_ipv4: tagged, wan_ipv4: tagged } }),
    ...{ Weights: { Passing: 1, Warning: 1 }, EnableTagOverride: false },
  };
}
