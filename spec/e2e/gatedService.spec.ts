import { fileURLToPath } from 'node:url';
import { map, ReplaySubject, type Subscription } from 'rxjs';
import { embeddedConsul } from '../../lib/testing/index.js';
import { first } from './support/contest.js';
import { talkingProcess } from './support/talkingProcess.js';

jest.setTimeout(60_000);

const program = fileURLToPath(new URL('../../examples/gated-service.mjs', `file://${__filename}`));

/** The example as a process. */
function service(address: string) {
  const { child, gone, until } = talkingProcess(process.execPath, [program], {
    CONSUL_HTTP_ADDR: address,
  });
  return {
    until,
    stop: () => {
      child.kill('SIGTERM');
      return gone;
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
    expect(await one.stop()).toEqual({ code: 0, stderr: '' });
    expect(await handedOver).toMatch(/^job under token \d+$/);
    expect(await other.stop()).toEqual({ code: 0, stderr: '' });
  });
});
