import { answer, jsonResponse, type Handler } from '../message.js';
import { datacenter } from '../parameters.js';
import { nodeId, raftAddress } from '../node.js';

/** `GET /v1/status/leader`: the model's only server always leads. */
export const statusLeader: Handler = (state) => [state, answer(jsonResponse(raftAddress))];

/** `GET /v1/status/peers` */
export const statusPeers: Handler = (state) => [state, answer(jsonResponse([raftAddress]))];

/** `GET /v1/catalog/datacenters` */
export const catalogDatacenters: Handler = (state) => [state, answer(jsonResponse([datacenter]))];

/** `GET /v1/operator/raft/configuration`, which `consul operator raft list-peers` prints. */
export const raftConfiguration: Handler = (state) => {
  const server = {
    ID: nodeId,
    Node: state.nodeName,
    Address: raftAddress,
    Leader: true,
    ProtocolVersion: '3',
    Voter: true,
  };
  return [state, answer(jsonResponse({ Servers: [server], Index: 0 }))];
};
