import type { ConsulState } from '../../model/state.js';
import { answer, jsonResponse, textResponse, type Handler } from '../message.js';
import { datacenter } from '../parameters.js';
import { consulVersion, memberJson, nodeId, raftAddress } from '../node.js';

/** `GET /v1/agent/self`: all but the agent's configuration. */
export const agentSelf: Handler = (state) => [
  state,
  answer(
    jsonResponse({
      Config: {
        Datacenter: datacenter,
        NodeName: state.nodeName,
        NodeID: nodeId,
        Revision: '',
        Server: true,
        Version: consulVersion,
      },
      Member: memberJson(state, 'lan'),
      Stats: statistics(state),
      Meta: { 'consul-network-segment': '' },
    }),
  ),
];

/** `GET /v1/agent/members`, with `?wan`, and with `?segment` as far as Consul has segments. */
export const agentMembers: Handler = (state, { query }) => {
  const segment = query['segment'] ?? '';
  if (segment !== '' && segment !== '_all') {
    const problem = 'Network segments are not supported in this version of Consul';
    return [state, answer(textResponse(500, problem))];
  }
  const pool = (query['wan'] ?? '') === '' ? 'lan' : 'wan';
  return [state, answer(jsonResponse([memberJson(state, pool)]))];
};

/** What `consul info` shows, of which the model knows little. Consul writes each figure as a text. */
function statistics({ index }: ConsulState): object {
  const latest = String(index);
  return {
    build: { prerelease: '', revision: '', version: consulVersion },
    consul: {
      ...{ acl: 'disabled', bootstrap: 'false', known_datacenters: '1' },
      ...{ leader: 'true', leader_addr: raftAddress, server: 'true' },
    },
    raft: {
      ...{ applied_index: latest, commit_index: latest, last_log_index: latest },
      ...{ last_contact: '0', num_peers: '0', protocol_version: '3', state: 'Leader' },
    },
  };
}
