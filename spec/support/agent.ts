import type { Observable } from 'rxjs';
import type { JsonObject } from '../../lib/config/model/json.js';
import type { AgentPorts } from './agentConfig.js';
import type { ConsulCertificates } from './consulCertificates.js';

/** How the agent is started. Everything is optional. */
export interface RealConsulOptions {
  /**
   * `dev` (the default) keeps everything in memory; a `server` keeps its data when it is killed and
   * restarted; a `client` needs a server to join.
   */
  readonly mode?: 'dev' | 'server' | 'client';
  /** Agents to join. A server that joins does not bootstrap a cluster of its own. */
  readonly join?: readonly RealConsul[];
  /** Serves https too, with new certificates; `verifyIncoming` demands one of clients. */
  readonly tls?: boolean | { readonly verifyIncoming: boolean };
  /** Switches ACLs on and denies what no token allows. */
  readonly aclDefaultDeny?: boolean;
  /** Serves HTTP on a unix socket too. */
  readonly unixSocket?: boolean;
  /** More of the agent's configuration; wins over the rest. */
  readonly config?: JsonObject;
}

/** A running agent of Consul, of which the spec is the only user. */
export interface RealConsul {
  readonly binary: string;
  /** `http://127.0.0.1:<port>`. */
  readonly address: string;
  /** `https://127.0.0.1:<port>`, with `tls`. */
  readonly httpsAddress: string | undefined;
  /** `unix://<path>`, with `unixSocket`. */
  readonly socketAddress: string | undefined;
  readonly ports: AgentPorts;
  readonly nodeName: string;
  /** With `tls`. */
  readonly certificates: ConsulCertificates | undefined;
  /** With `aclDefaultDeny`: a token that may do everything. */
  readonly managementToken: string | undefined;
  /** A temporary folder, removed with the agent. */
  readonly folder: string;
  readonly logFile: string;
  /** Of the process that runs now; changes with a restart. */
  readonly pid: () => number;
  /** Sends a signal, SIGKILL unless told otherwise, and completes when the process is gone. */
  readonly kill: (signal?: NodeJS.Signals) => Observable<never>;
  /** Sends SIGSTOP and completes when nothing is answered any more; connections stay open. */
  readonly freeze: () => Observable<never>;
  /** SIGCONT. */
  readonly resume: () => void;
  /** Kills what still runs, starts again on the same ports, and completes when the agent is ready. */
  readonly restart: () => Observable<never>;
}
