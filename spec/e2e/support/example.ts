import { fileURLToPath } from 'node:url';
import { embeddedFor } from './embeddedFor.js';
import { talkingProcess, type TalkingProcess } from './talkingProcess.js';

/** An example as a process, as its users start it. */
export interface Example extends Pick<TalkingProcess, 'until' | 'gone'> {
  /** What it has said so far, line by line. */
  readonly lines: readonly string[];
  /** SIGTERM; resolves when it is gone. */
  readonly stop: () => TalkingProcess['gone'];
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => TalkingProcess['gone'];
}

/** What starts a file of `examples/` on an embedded Consul. Whatever still runs is killed in the end. */
export function exampleOf(name: string) {
  const embedded = embeddedFor();
  const program = fileURLToPath(new URL(`../../../examples/${name}`, `file://${__filename}`));
  const started: Example[] = [];
  afterAll(() => Promise.all(started.map(({ kill }) => kill())));

  const start = (environment: Readonly<Record<string, string>> = {}): Example => {
    const { address } = embedded();
    const { child, gone, line$, until } = talkingProcess(process.execPath, [program], {
      CONSUL_HTTP_ADDR: address,
      ...environment,
    });
    const lines: string[] = [];
    line$.subscribe((line) => lines.push(line));
    const end = (signal: 'SIGTERM' | 'SIGKILL') => () => {
      child.kill(signal);
      return gone;
    };
    const example = { until, gone, lines, stop: end('SIGTERM'), kill: end('SIGKILL') };
    started.push(example);
    return example;
  };
  return { start, consul: () => embedded().consul };
}
