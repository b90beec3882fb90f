import type { ConsulState } from '../model/state.js';
import { datacenter } from './parameters.js';

/** The version of Consul that the model was compared with. */
export const consulVersion = '1.8.7';

/** The model's node has one ID, for no client looks further than that there is one. */
export const nodeId = '00000000-0000-4000-8000-000000000001';

/** The address that the model's node gives for itself. */
const nodeAddress = '127.0.0.1';

/** Consul's default ports. Nothing listens there. */
const ports = { raft: 8300, lan: 8301, wan: 8302 } as const;

/** Raft's address of the model's only server. */
export const raftAddress = `${nodeAddress}:${ports.raft}`;

/** Raft indexes at which a fresh agent has registered its node, and completed the registration. */
export const nodeIndexes = { CreateIndex: 10, ModifyIndex: 12 } as const;

/** The node as the catalog writes it. */
export function nodeJson({ nodeName }: ConsulState): object {
  return {
    ID: nodeId,
    Node: nodeName,
    Address: nodeAddress,
    Datacenter: datacenter,
    TaggedAddresses: { lan: nodeAddress, wan: nodeAddress },
    Meta: { 'consul-network-segment': '' },
    ...nodeIndexes,
  };
}

/** The node's agent as a member of one of the two gossip pools. */
export function memberJson({ nodeName }: ConsulState, pool: 'lan' | 'wan'): object {
  return {
    Name: pool === 'lan' ? nodeName : `${nodeName}.${datacenter}`,
    Addr: nodeAddress,
    Port: ports[pool],
    Tags: memberTags,
    Status: alive,
    ...{ ProtocolMin: 1, ProtocolMax: 5, ProtocolCur: 2 },
    ...{ DelegateMin: 2, DelegateMax: 5, DelegateCur: 4 },
  };
}

/** Serf's number for a member that answers. */
const alive = 1;

const memberTags = {
  ...{ acls: '0', build: `${consulVersion}:`, dc: datacenter, id: nodeId },
  ...{ port: String(ports.raft), raft_vsn: '3', role: 'consul', segment: '' },
  ...{ vsn: '2', vsn_max: '3', vsn_min: '2' },
} as const;
