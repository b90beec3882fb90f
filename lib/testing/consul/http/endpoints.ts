import { agentMembers, agentSelf } from './endpoints/agentEndpoints.js';
import { catalogNode, catalogNodes, catalogServices } from './endpoints/catalogEndpoints.js';
import {
  agentChecks,
  agentServices,
  checkDeregister,
  checkRegister,
  checkReport,
  checkUpdate,
  serviceDeregister,
  serviceRegister,
} from './endpoints/checkEndpoints.js';
import {
  catalogDatacenters,
  raftConfiguration,
  statusLeader,
  statusPeers,
} from './endpoints/clusterEndpoints.js';
import { keyRead } from './endpoints/keyReadEndpoint.js';
import { keyDelete, keyWrite } from './endpoints/keyWriteEndpoints.js';
import { answer, type Call, type Handler, type ModelResponse } from './message.js';
import { datacenterProblem, namespaceProblem } from './parameters.js';
import {
  sessionCreate,
  sessionDestroy,
  sessionInfo,
  sessionList,
  sessionNode,
  sessionRenew,
} from './endpoints/sessionEndpoints.js';
import { transaction } from './endpoints/transactionEndpoint.js';

/** The handlers of one endpoint by method. */
export type Methods = Readonly<Record<string, Handler>>;

type Endpoints = Readonly<Record<string, Methods>>;

/** Every endpoint by its path. A path that ends in a slash takes whatever follows it. */
export const endpoints: Endpoints = {
  // Consul forwards these to the datacenter that is asked for, and some know namespaces.
  ...guarded(datacenterProblem, {
    ...guarded(namespaceProblem, {
      '/v1/kv/': { GET: keyRead, PUT: keyWrite, DELETE: keyDelete },
      '/v1/session/create': { PUT: sessionCreate },
      '/v1/session/renew/': { PUT: sessionRenew },
      '/v1/session/destroy/': { PUT: sessionDestroy },
      '/v1/session/info/': { GET: sessionInfo },
      '/v1/session/node/': { GET: sessionNode },
      '/v1/session/list': { GET: sessionList },
    }),
    '/v1/txn': { PUT: transaction },
    '/v1/status/leader': { GET: statusLeader },
    '/v1/status/peers': { GET: statusPeers },
    '/v1/operator/raft/configuration': { GET: raftConfiguration },
    '/v1/catalog/nodes': { GET: catalogNodes },
    '/v1/catalog/node/': { GET: catalogNode },
    '/v1/catalog/services': { GET: catalogServices },
  }),
  // These the agent answers by itself.
  '/v1/catalog/datacenters': { GET: catalogDatacenters },
  '/v1/agent/self': { GET: agentSelf },
  '/v1/agent/members': { GET: agentMembers },
  '/v1/agent/checks': { GET: agentChecks },
  '/v1/agent/check/register': { PUT: checkRegister },
  '/v1/agent/check/deregister/': { PUT: checkDeregister },
  '/v1/agent/check/pass/': { PUT: checkReport('passing') },
  '/v1/agent/check/warn/': { PUT: checkReport('warning') },
  '/v1/agent/check/fail/': { PUT: checkReport('critical') },
  '/v1/agent/check/update/': { PUT: checkUpdate },
  '/v1/agent/services': { GET: agentServices },
  '/v1/agent/service/register': { PUT: serviceRegister },
  '/v1/agent/service/deregister/': { PUT: serviceDeregister },
};

/** The endpoints, with a look at each call before its handler sees it. */
function guarded(
  problemOf: (call: Call) => ModelResponse | undefined,
  unguarded: Endpoints,
): Endpoints {
  const guard =
    (handler: Handler): Handler =>
    (state, call, nowMs) => {
      const problem = problemOf(call);
      return problem === undefined ? handler(state, call, nowMs) : [state, answer(problem)];
    };
  return mapped(unguarded, (methods) => mapped(methods, guard));
}

function mapped<A, B>(
  record: Readonly<Record<string, A>>,
  change: (value: A) => B,
): Readonly<Record<string, B>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));
}
