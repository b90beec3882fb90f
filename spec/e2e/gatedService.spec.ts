import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { filter, fromEvent, map, ReplaySubject, type Subscription } from 'rxjs';
import { embeddedConsul } from '../../lib/testing/index.js';
import { first } from './support/contest.js';

jest.setTimeout(60_000);

const program = fileURLToPath(new URL('../../examples/gated-service.mjs', `file://${__filename}`));

/** The example as a process. `until`: resolves when it has written a line with these words. */
function service(address: string) {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], CONSUL_HTTP_ADDR: address },
  });
  const line$ = new ReplaySubject<string>(Infinity);
  fromEvent(createInterface(child.stdout), 'line').pipe(map(String)).subscribe(line$);
  const exit = once(child, 'close').then(([code]) => code as number);
  return {
    until: (words: string) => first(line$.pipe(filter((line) => line.includes(words)))),
    stop: () => {
      child.kill('SIGTERM');
      return exit;
    },
    kill: () => child.kill('SIGKILL'),
  };
}

describe('the gated service of the examples', () => {
  const started: ReturnType<typeof service>[] = [];
  const consul$ = new ReplaySubject<string>(1);
  let consul: Subscription | undefined;

  const join = async () => {
    const one = service(await first(consul$));
    started.push(one);
    return one;
  };

  beforeAll(() => {
    consul = embeddedConsul()
      .pipe(map(({ address }) => address))
      .subscribe(consul$);
  });
  afterAll(() => {
    for (const { kill } of started) kill();
    consul?.unsubscribe();
  });

  it('does its job in one process, hands it over when it is stopped, and exits by itself', async () => {
    const one = await join();
    await one.until('job under token');
    const other = await join();
    await other.until('Follower');
    const handedOver = other.until('job under token');
    expect(await one.stop()).toBe(0);
    expect(await handedOver).toMatch(/^job under token \d+$/);
    expect(await other.stop()).toBe(0);
  });
});
