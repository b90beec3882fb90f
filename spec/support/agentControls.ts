import { concat, defer, EMPTY, ignoreElements, map, merge, type Observable, take } from 'rxjs';
import { agentProcess, tailOf, type AgentProcess } from './agentProcess.js';
import { agentReady } from './agentReady.js';
import type { AgentSetup } from './agentConfig.js';
import type { RealConsul } from './agent.js';
import { stopped } from './stopped.js';

/** What a spec holds of an agent that has not been started yet. */
export function agentControls(setup: AgentSetup, args: readonly string[]): RealConsul {
  const { binary, folder, logFile, ports, certificates, nodeName, managementToken } = setup;
  const address = `http://127.0.0.1:${ports.http}`;
  let running: AgentProcess | undefined;
  const kill = (signal: NodeJS.Signals = 'SIGKILL') =>
    defer(() => {
      running?.signal(signal);
      return running?.exit$ ?? EMPTY;
    }).pipe(ignoreElements());
  const start = () =>
    defer(() => {
      running = agentProcess(binary, args, { folder, logFile });
      return merge(agentReady(address, nodeName, managementToken), failure(running, logFile));
    }).pipe(take(1), ignoreElements());
  return {
    ...{ binary, address, ports, nodeName, certificates, managementToken, folder, logFile },
    httpsAddress: certificates === undefined ? undefined : `https://127.0.0.1:${ports.https}`,
    socketAddress: setup.socketPath === undefined ? undefined : `unix://${setup.socketPath}`,
    pid: () => running?.pid ?? Number.NaN,
    kill,
    freeze: () =>
      defer(() => {
        running?.signal('SIGSTOP');
        return running === undefined ? EMPTY : stopped(running.pid);
      }),
    resume: () => running?.signal('SIGCONT'),
    restart: () => concat(kill(), start()),
  };
}

/** An agent that ends before it is ready has an error to tell. */
function failure({ exit$ }: AgentProcess, logFile: string): Observable<never> {
  return exit$.pipe(
    map(() => {
      throw new Error(`The agent ended before it was ready:\n${tailOf(logFile)}`);
    }),
  );
}
