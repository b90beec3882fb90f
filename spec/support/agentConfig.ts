import { join } from 'node:path';
import type { JsonObject } from '../../lib/config/model/json.js';
import type { ConsulCertificates } from './consulCertificates.js';

/** Ports of one agent on the loopback. */
export interface AgentPorts {
  readonly http: number;
  readonly https: number;
  readonly server: number;
  readonly serfLan: number;
  readonly serfWan: number;
}

/** What an agent is started with, besides what a spec adds. */
export interface AgentSetup {
  readonly binary: string;
  readonly folder: string;
  readonly logFile: string;
  readonly ports: AgentPorts;
  readonly nodeName: string;
  readonly mode: 'dev' | 'server' | 'client';
  /** Serf addresses of agents to join. */
  readonly join: readonly string[];
  /** Version of the binary, `[major, minor]`: names of settings changed over time. */
  readonly version: readonly [number, number];
  readonly managementToken: string | undefined;
  readonly certificates: ConsulCertificates | undefined;
  readonly verifyIncomingHttps: boolean;
  readonly socketPath: string | undefined;
}

/** The agent's configuration, as the JSON that Consul reads. */
export function agentConfig(setup: AgentSetup): JsonObject {
  return {
    node_name: setup.nodeName,
    bind_addr: '127.0.0.1',
    client_addr: '127.0.0.1',
    disable_update_check: true,
    performance: { raft_multiplier: 1 },
    ports: portsConfig(setup),
    ...modeConfig(setup),
    ...(setup.join.length > 0 ? { retry_join: setup.join, retry_interval: '1s' } : {}),
    ...(setup.socketPath === undefined
      ? {}
      : { addresses: { http: `127.0.0.1 unix://${setup.socketPath}` } }),
    ...aclConfig(setup),
    ...tlsConfig(setup),
  };
}

function portsConfig({ ports, certificates, version }: AgentSetup): JsonObject {
  return {
    http: ports.http,
    https: certificates === undefined ? -1 : ports.https,
    dns: -1,
    grpc: -1,
    ...(isAtLeast(version, [1, 14]) ? { grpc_tls: -1 } : {}),
    server: ports.server,
    serf_lan: ports.serfLan,
    serf_wan: ports.serfWan,
  };
}

function modeConfig({ mode, folder, join: others }: AgentSetup): JsonObject {
  if (mode === 'dev') return {};
  const server = mode === 'server';
  return {
    server,
    data_dir: join(folder, 'data'),
    ...(server && others.length === 0 ? { bootstrap_expect: 1 } : {}),
  };
}

function aclConfig({ managementToken, version }: AgentSetup): JsonObject {
  if (managementToken === undefined) return {};
  const management = isAtLeast(version, [1, 11]) ? 'initial_management' : 'master';
  return {
    acl: {
      enabled: true,
      default_policy: 'deny',
      tokens: { [management]: managementToken, agent: managementToken },
    },
  };
}

function tlsConfig({ certificates, verifyIncomingHttps }: AgentSetup): JsonObject {
  if (certificates === undefined) return {};
  return {
    ca_file: certificates.caFile,
    cert_file: certificates.serverCertFile,
    key_file: certificates.serverKeyFile,
    verify_incoming_https: verifyIncomingHttps,
  };
}

function isAtLeast(version: readonly [number, number], least: readonly [number, number]): boolean {
  return version[0] > least[0] || (version[0] === least[0] && version[1] >= least[1]);
}
