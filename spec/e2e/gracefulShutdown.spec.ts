import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { filter, fromEvent, map, ReplaySubject, share, type Subscription } from 'rxjs';
import { embeddedConsul, type EmbeddedConsul } from '../../lib/testing/index.js';
import { first } from './support/contest.js';
import { talkingProcess } from './support/talkingProcess.js';

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
    const words = consul.requests
      .slice(-2)
      .map(({ path, verbs = [] }) => [path, verbs.includes('unlock')]);
    expect(words).toEqual([
      ['/v1/txn', true],
      [expect.stringContaining('/v1/session/destroy/'), false],
    ]);
  });

  it.each([
    ['NestJS, which sends the signal again when its hooks have ended', 'nest'],
    ['a listener that sends the signal again at once', 'reraising'],
  ])('ends its work and hands over beside %s', async (_, way) => {
    const { child, gone, lines, consul } = await start(way, '300');
    child.kill('SIGTERM');
    await gone;
    expect(lines).toEqual(['begins', 'told', 'ends', 'resigned']);
    // By the signal, as the one who sent it again wanted.
    expect(child.signalCode).toBe('SIGTERM');
    expect(consul.holderOf('locks/graceful')).toBeUndefined();
    expect(consul.sessions()).toEqual([]);
  });

  // util-linux has it, and with it a terminal of our own.
  const hasTerminal = spawnSync('script', ['--version']).status === 0;
  (hasTerminal ? describe : describe.skip)('in a terminal', () => {
    it('ends its work and hands over after a double Ctrl-C', async () => {
      const { address, consul } = await first(consul$);
      const command = `${process.execPath} ${program} resignOnSignal 300`;
      const shell = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
        stdio: ['pipe', 'pipe', 'inherit'],
        env: { PATH: process.env['PATH'], CONSUL_HTTP_ADDR: address },
      });
      const lines: string[] = [];
      const line$ = fromEvent(createInterface(shell.stdout), 'line').pipe(map(String), share());
      line$.subscribe((line) => lines.push(line.replace(/\^C/g, '').trim()));
      const until = (words: string) => first(line$.pipe(filter((line) => line.includes(words))));
      const gone = once(shell, 'close');
      await until('begins');
      const told = until('told');
      shell.stdin.write('\u0003');
      await told;
      shell.stdin.write('\u0003');
      await gone;
      expect(lines.filter((line) => line !== '')).toEqual(['begins', 'told', 'ends', 'resigned']);
      expect(consul.sessions()).toEqual([]);
    });
  });

  // The last one: the session that it leaves behind keeps the lock.
  it('is killed by the third signal, whatever still runs', async () => {
    const { child, gone, until, consul } = await start('resignOnSignal', '60000');
    child.kill('SIGTERM');
    await until('told');
    child.kill('SIGTERM');
    child.kill('SIGINT');
    await gone;
    // Two signals that are pending at once may arrive in either order.
    expect(['SIGTERM', 'SIGINT']).toContain(child.signalCode);
    expect(consul.sessions()).toHaveLength(1);
  });
});
