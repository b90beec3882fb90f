import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { firstValueFrom } from 'rxjs';
import { talkingProcess, type TalkingProcess } from '../e2e/support/talkingProcess.js';
import { freePorts } from '../support/freePorts.js';
import { packed, root, runShell } from './tarball.js';

jest.setTimeout(180_000);

const page = readFileSync(join(root, 'docs/getting-started.md'), 'utf8');

/** The commands and the outputs of the page, in their order. */
const fences = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, 'gm'))].map(
    ([, content = '']) => content,
  );

/** The files that the page asks to be written. */
const files = [...page.matchAll(/`([\w.-]+)`:\n\n```js\n([^]*?)^```$/gm)].map(
  ([, name = '', content = '']) => ({ name, content }),
);

/**
 * Somebody follows docs/getting-started.md to the letter, outside of this repository. Two words are
 * others: the package is not taken from the registry, and the port may be in use here.
 */
describe('the walk through getting started', () => {
  const [setUp = '', startConsul = '', startService = '', runTests = ''] = fences('sh');
  const [shown = ''] = fences('text');
  const started: TalkingProcess[] = [];
  let folder: string;
  let project: string;
  let port: number;

  /** Starts a command in a terminal of its own, in the project. */
  const terminal = (command: string): TalkingProcess => {
    const here = command.trim().replace('8500', String(port));
    const environment = {
      HOME: folder,
      CONSUL_HTTP_ADDR: `http://127.0.0.1:${port}`,
    };
    const talking = talkingProcess('sh', ['-c', `cd ${project} && exec ${here}`], environment, {
      ownGroup: true,
    });
    started.push(talking);
    return talking;
  };

  beforeAll(async () => {
    [port] = (await firstValueFrom(freePorts(1), { defaultValue: [] })) as [number];
    folder = mkdtempSync(join(tmpdir(), 'walk-'));
    const offline = setUp.replace(
      'npm install rxjs-leader-election',
      `npm install --prefer-offline --no-audit --no-fund ${packed().file}`,
    );
    const { status, output } = runShell(folder, offline);
    if (status !== 0) throw new Error(`The project could not be set up:\n${output}`);
    project = join(folder, 'gated-service');
    for (const { name, content } of files) writeFileSync(join(project, name), content);
  });

  afterAll(async () => {
    // npx leaves what it has started alone when it is told to stop.
    for (const { child } of started)
      if (child.exitCode === null) process.kill(-child.pid!, 'SIGTERM');
    await Promise.all(started.map(({ gone }) => gone));
    rmSync(folder, { recursive: true, force: true });
  });

  it('finds the commands and the files that the page names', () => {
    expect(fences('sh')).toHaveLength(4);
    expect(files.map(({ name }) => name)).toEqual(['service.mjs', 'failover.test.mjs']);
  });

  it('ends with a service of which one instance works at a time', async () => {
    const consul = terminal(startConsul);
    await consul.until(`127.0.0.1:${port}`);

    const first = terminal(startService);
    const lines: string[] = [];
    first.line$.subscribe((line) => lines.push(line));
    const expected = shown.trim().split('\n');
    await first.until(expected.at(-1)!);
    expect(lines).toEqual(expected);

    const second = terminal(startService);
    await second.until('Follower');
    first.child.kill('SIGINT');
    expect(await first.gone).toEqual({ code: 0, stderr: '' });
    expect(lines.at(-1)).toBe('Follower');
    await second.until('working: 0');
    second.child.kill('SIGINT');
    expect(await second.gone).toEqual({ code: 0, stderr: '' });
  });

  it('ends with a passing test of the failover', () => {
    const { status, output } = runShell(project, runTests);
    expect(output).toMatch(/^# pass 1$/m);
    expect(output).toMatch(/^# fail 0$/m);
    expect(status).toBe(0);
  });

  it('leads to documents that exist', () => {
    const links = [...page.matchAll(/\]\(([\w-]+\.md)\)/g)].map(([, link = '']) => basename(link));
    expect(links.length).toBeGreaterThan(3);
    for (const link of links) expect(readFileSync(join(root, 'docs', link), 'utf8')).not.toBe('');
  });
});
