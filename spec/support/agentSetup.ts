import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { AgentPorts, AgentSetup } from './agentConfig.js';
import { consulCertificates } from './consulCertificates.js';
import type { RealConsulOptions } from './agent.js';

/** Everything that is decided before the agent starts. */
export function agentSetup(
  binary: string,
  folder: string,
  ports: AgentPorts,
  { mode = 'dev', join: others = [], tls = false, aclDefaultDeny, unixSocket }: RealConsulOptions,
): AgentSetup {
  return {
    binary,
    folder,
    ports,
    mode,
    logFile: join(folder, 'agent.log'),
    nodeName: `node-${ports.http}`,
    join: others.map((other) => `127.0.0.1:${other.ports.serfLan}`),
    version: versionOf(binary),
    managementToken: aclDefaultDeny === true ? randomUUID() : undefined,
    certificates: tls === false ? undefined : consulCertificates(binary, folder),
    verifyIncomingHttps: typeof tls === 'object' && tls.verifyIncoming,
    socketPath: unixSocket === true ? join(folder, 'http.sock') : undefined,
  };
}

function versionOf(binary: string): readonly [number, number] {
  const text = execFileSync(binary, ['version'], { encoding: 'utf8' });
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(text) ?? [];
  return [Number(major), Number(minor)];
}
