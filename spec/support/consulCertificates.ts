import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Files for TLS: a server and a client of one authority, and an authority that signed neither. */
export interface ConsulCertificates {
  readonly caFile: string;
  readonly serverCertFile: string;
  readonly serverKeyFile: string;
  readonly clientCertFile: string;
  readonly clientKeyFile: string;
  /** A name in the server's certificate, beside `localhost` and `127.0.0.1`. */
  readonly serverName: string;
  readonly otherCaFile: string;
}

/** Makes new certificates with `consul tls`, in folders below `folder`. */
export function consulCertificates(binary: string, folder: string): ConsulCertificates {
  const own = join(folder, 'tls');
  const other = join(folder, 'other-tls');
  const consul = (cwd: string, ...args: string[]) => {
    mkdirSync(cwd, { recursive: true });
    execFileSync(binary, ['tls', ...args], { cwd, stdio: 'pipe' });
  };
  consul(own, 'ca', 'create');
  consul(own, 'cert', 'create', '-server', '-dc', 'dc1');
  consul(own, 'cert', 'create', '-client', '-dc', 'dc1');
  consul(other, 'ca', 'create');
  return {
    caFile: join(own, 'consul-agent-ca.pem'),
    serverCertFile: join(own, 'dc1-server-consul-0.pem'),
    serverKeyFile: join(own, 'dc1-server-consul-0-key.pem'),
    clientCertFile: join(own, 'dc1-client-consul-0.pem'),
    clientKeyFile: join(own, 'dc1-client-consul-0-key.pem'),
    serverName: 'server.dc1.consul',
    otherCaFile: join(other, 'consul-agent-ca.pem'),
  };
}
