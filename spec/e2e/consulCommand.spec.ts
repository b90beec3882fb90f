import { consulBinary } from '../support/describeWithConsul.js';
import { describeCommandOnEachConsul } from './support/eachConsul.js';
import { talkingProcess, type TalkingProcess } from './support/talkingProcess.js';

/** What the command runs while it holds a lock, longer than any spec looks on. */
const holder = [process.execPath, '-e', 'console.log("holds"); setTimeout(() => {}, 60_000)'];
const hold = ['-shell=false', '-verbose'];

describeCommandOnEachConsul('the consul command', (place) => {
  const running: TalkingProcess[] = [];

  function start(...args: readonly string[]): TalkingProcess {
    const command = talkingProcess(consulBinary ?? '', args, { CONSUL_HTTP_ADDR: place().address });
    running.push(command);
    return command;
  }

  /** Runs it to its end and gives all that it printed. */
  async function run(...args: readonly string[]) {
    const { line$, gone } = start(...args);
    const lines: string[] = [];
    line$.subscribe((line) => lines.push(line));
    const { code, stderr } = await gone;
    return { code, output: [...lines, stderr].join('\n').trim() };
  }

  const succeeds = async (...args: readonly string[]) => {
    const { code, output } = await run(...args);
    expect({ code, output }).toMatchObject({ code: 0 });
    return output;
  };

  const requested = async (method: string, path: string): Promise<unknown> =>
    (await fetch(`${place().address}/v1/${path}`, { method })).json();

  afterEach(async () => {
    // Not by force: it would leave its own child behind.
    for (const { child } of running) child.kill('SIGTERM');
    await Promise.all(running.map(({ gone }) => gone));
    running.length = 0;
  });

  it('kv: puts, gets and deletes', async () => {
    expect(await succeeds('kv', 'put', 'cli/a', 'hello')).toBe('Success! Data written to: cli/a');
    expect(await succeeds('kv', 'get', 'cli/a')).toBe('hello');
    await succeeds('kv', 'put', '-flags=7', 'cli/b', 'world');
    const detailed = await succeeds('kv', 'get', '-detailed', 'cli/b');
    expect(detailed).toMatch(/^Flags +7$/m);
    expect(detailed).toMatch(/^Value +world$/m);
    expect(await succeeds('kv', 'get', '-recurse', 'cli/')).toBe('cli/a:hello\ncli/b:world');
    expect(await succeeds('kv', 'get', '-keys', 'cli')).toBe('cli/');
    expect(await run('kv', 'get', 'none')).toEqual({
      ...{ code: 1, output: 'Error! No key exists at: none' },
    });
    await succeeds('kv', 'delete', 'cli/a');
    expect(await succeeds('kv', 'get', '-keys', 'cli/')).toBe('cli/b');
    await succeeds('kv', 'delete', '-recurse', 'cli/');
    expect(await succeeds('kv', 'get', '-recurse', 'cli/')).toBe('');
  });

  it('kv: compares and swaps', async () => {
    await succeeds('kv', 'put', 'cas', 'first');
    expect((await run('kv', 'put', '-cas', '-modify-index=1', 'cas', 'no')).code).toBe(1);
    expect((await run('kv', 'delete', '-cas', '-modify-index=1', 'cas')).code).toBe(1);
    const [{ ModifyIndex }] = (await requested('GET', 'kv/cas')) as [{ ModifyIndex: number }];
    await succeeds('kv', 'put', '-cas', `-modify-index=${ModifyIndex}`, 'cas', 'second');
    expect(await succeeds('kv', 'get', 'cas')).toBe('second');
  });

  it('kv: imports what it exported', async () => {
    await succeeds('kv', 'put', '-flags=18446744073709551615', 'from/a', 'ü');
    await succeeds('kv', 'put', 'from/b/c', '');
    const exported = await succeeds('kv', 'export', 'from/');
    const moved = exported.replaceAll('from/', 'to/');
    expect(await succeeds('kv', 'import', moved)).toBe('Imported: to/a\nImported: to/b/c');
    expect(await succeeds('kv', 'export', 'to/')).toBe(moved);
  });

  it('kv: acquires and releases with a session', async () => {
    const { ID } = (await requested('PUT', 'session/create')) as { ID: string };
    await succeeds('kv', 'put', '-acquire', `-session=${ID}`, 'held', 'x');
    expect(await succeeds('kv', 'get', '-detailed', 'held')).toMatch(
      RegExp(`^Session +${ID}$`, 'm'),
    );
    await succeeds('kv', 'put', '-release', `-session=${ID}`, 'held', 'x');
    expect(await succeeds('kv', 'get', '-detailed', 'held')).toMatch(/^Session +-$/m);
  });

  it('lock: runs a child with the lock held, and passes its exit code on', async () => {
    const output = await succeeds('lock', '-verbose', 'locked', 'echo while it holds');
    expect(output.split('\n')).toEqual([
      ...['Setting up lock at path: locked/.lock', 'Attempting lock acquisition'],
      ...['Starting handler', 'while it holds', 'Child terminated, releasing lock'],
      'Cleanup succeeded',
    ]);
    const failed = await run('lock', '-child-exit-code', 'locked', 'exit 3');
    expect(failed).toEqual({ code: 2, output: 'Error running handler: exit status 3' });
    expect((await run('kv', 'get', 'locked/.lock')).code).toBe(1);
  });

  it('lock: gives up after -try, and stops its child when the lock is lost', async () => {
    const first = start('lock', ...hold, '-monitor-retry=1', 'lost', ...holder);
    await first.until('holds');
    const second = await run('lock', '-try=500ms', 'lost', 'echo never');
    expect(second.output).toContain('Shutdown triggered or timeout during lock acquisition');
    const [{ Session }] = (await requested('GET', 'kv/lost/.lock')) as [{ Session: string }];
    await requested('PUT', `session/destroy/${Session}`);
    await first.until('Lock lost, killing child');
    expect((await first.gone).code).not.toBeNull();
  });

  it('lock: -n lets as many in as it says, and the next one when one leaves', async () => {
    const enter = () => start('lock', ...hold, '-n=2', 'rooms', ...holder);
    const [first, second] = [enter(), enter()];
    await Promise.all([first.until('holds'), second.until('holds')]);
    const third = enter();
    await third.until('Attempting lock acquisition');
    const { Holders } = JSON.parse(await succeeds('kv', 'get', 'rooms/.lock')) as {
      Holders: Record<string, true>;
    };
    expect(Object.keys(Holders)).toHaveLength(2);
    first.child.kill('SIGTERM');
    await third.until('holds');
  });

  it('watch: runs until a change of a key', async () => {
    await succeeds('kv', 'put', 'watched', 'one');
    expect(JSON.parse(await succeeds('watch', '-type=key', '-key=watched'))).toMatchObject({
      ...{ Key: 'watched', Value: Buffer.from('one').toString('base64') },
    });
    const watch = start('watch', '-type=keyprefix', '-prefix=watched/', 'echo changed; cat');
    await watch.until('null');
    await succeeds('kv', 'put', 'watched/below', 'x');
    await watch.until('watched/below');
  });

  it('members, catalog, info, operator: tell of the one node', async () => {
    const { nodeName } = place();
    const node = RegExp(`^${nodeName} .*`, 'm');
    expect(await succeeds('members')).toMatch(
      RegExp(`^${nodeName} .* alive .* server .* dc1`, 'm'),
    );
    expect(await succeeds('members', '-wan')).toMatch(RegExp(`^${nodeName}\\.dc1 .* alive`, 'm'));
    expect(await succeeds('catalog', 'nodes')).toMatch(node);
    expect(await succeeds('catalog', 'services')).toBe('consul');
    expect(await succeeds('catalog', 'datacenters')).toBe('dc1');
    expect(await succeeds('operator', 'raft', 'list-peers')).toMatch(/ leader +true /);
    expect(await succeeds('info')).toMatch(/^\tstate = Leader$/m);
  });
});
