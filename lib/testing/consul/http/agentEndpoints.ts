import { answer, jsonResponse, type Handler } from './message.js';
import { datacenter } from './parameters.js';

/** `GET /v1/status/leader`: the model's only server always leads. */
export const statusLeader: Handler = (state) => [state, answer(jsonResponse(leaderAddress))];

/** `GET /v1/agent/self`: what lock clients read of it, which is the node's name. */
export const agentSelf: Handler = (state) => [
  state,
  answer(
    jsonResponse({
      Config: { Datacenter: datacenter, NodeName: state.nodeName, Server: true, Version: '1.8.7' },
      Member: { Name: state.nodeName, Addr: '127.0.0.1', Status: 1 },
    }),
  ),
];

/** Raft's address of the model's server. Nothing listens there. */
const leaderAddress = '127.0.0.1:8300';
