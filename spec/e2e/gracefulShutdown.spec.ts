import { fileURLToPath } from 'node:url';
import { ReplaySubject, type Subscription } from 'rxjs';
import { embeddedConsul, type EmbeddedConsul } from '../../lib/testing/index.js';
import { first } from './support/contest.js';
import { talkingProcess } from './support/talkingProcess.js';

jest.setTimeout(60_000);

const program = fileURLToPath(new URL('processes/graceful.mjs', `file://${__filename}`));

describe('a process that is asked to end', () => {
  const consul$ = new ReplaySubject<EmbeddedConsul>(1);
  let listening: Subscription;

  beforeAll(() => {
    listening = embeddedConsul().subscribe(consul$);
  });
  afterAll(() => {
    listening.unsubscribe();
  });

  const start = async (...args: readonly string[]) => {
    const { address, consul } = await first(consul$);
    const service = talkingProcess(process.execPath, [program, ...args], {
      CONSUL_HTTP_ADDR: address,
    });
    const lines: string[] = [];
    service.line$.subscribe((line) => lines.push(line));
    await service.until('begins');
    return { ...service, lines, consul };
  };

  it.each([
    ['resignOnSignal', 'SIGTERM', ['begins', 'told', 'ends', 'resigned']],
    ['resignOnSignal', 'SIGINT', ['begins', 'told', 'ends', 'resigned']],
    ['untilSignal', 'SIGTERM', ['begins', 'told', 'ends']],
  ] as const)('by %s, with %s, ends its work, hands over and exits', async (way, signal, told) => {
    const { child, gone, lines, consul } = await start(way, '50');
    child.kill(signal);
    expect(await gone).toEqual({ code: 0, stderr: '' });
    expect(lines).toEqual(told);
    expect(consul.sessions()).toEqual([]);
    // Released, not only forgotten: no lock-delay keeps the next leader waiting.
    const words = consul.requests.slice(-2).map(({ path, query }) => [path, 'release' in query]);
    expect(words).toEqual([
      ['/v1/kv/locks/graceful', true],
      [expect.stringContaining('/v1/session/destroy/'), false],
    ]);
  });

  it('is killed by the second signal, as usual', async () => {
    const { child, gone, until } = await start('resignOnSignal', '60000');
    child.kill('SIGTERM');
    await until('told');
    child.kill('SIGTERM');
    await gone;
    expect(child.signalCode).toBe('SIGTERM');
  });
});
