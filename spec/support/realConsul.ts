import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { concat, defer, finalize, NEVER, type Observable, of, retry, switchMap } from 'rxjs';
import type { RealConsul, RealConsulOptions } from './agent.js';
import { agentArguments } from './agentArguments.js';
import type { AgentPorts } from './agentConfig.js';
import { agentControls } from './agentControls.js';
import { agentSetup } from './agentSetup.js';
import { consulBinary } from './describeWithConsul.js';
import { freePorts } from './freePorts.js';

export { describeWithConsul } from './describeWithConsul.js';
export type { RealConsul, RealConsulOptions } from './agent.js';

const portTaken = 'address already in use';

/**
 * An agent on free ports of the loopback. Emits it when it is ready and never completes; errors when
 * the agent does not start. Unsubscribing kills it and removes its folder, and so does the end of
 * this process.
 */
export function realConsul(options: RealConsulOptions = {}): Observable<RealConsul> {
  return defer(() => freePorts(5)).pipe(
    switchMap(([http = 0, https = 0, server = 0, serfLan = 0, serfWan = 0]) =>
      agentOn({ http, https, server, serfLan, serfWan }, options),
    ),
    retry({
      count: 5,
      delay: (error: unknown) => {
        if (error instanceof Error && error.message.includes(portTaken)) return of(undefined);
        throw error;
      },
    }),
  );
}

function agentOn(ports: AgentPorts, options: RealConsulOptions): Observable<RealConsul> {
  return defer(() => {
    if (consulBinary === undefined) throw new Error('There is no Consul: use describeWithConsul.');
    const folder = mkdtempSync(join(tmpdir(), 'consul-'));
    const setup = agentSetup(consulBinary, folder, ports, options);
    const agent = agentControls(setup, agentArguments(setup, options.config));
    return concat(agent.restart(), of(agent), NEVER).pipe(finalize(() => dispose(agent)));
  });
}

/** Goes on after the unsubscription; The leash does it if this process ends first. */
function dispose(agent: RealConsul): void {
  const remove = () => rmSync(agent.folder, { recursive: true, force: true, maxRetries: 5 });
  agent.kill().subscribe({ complete: remove });
}
