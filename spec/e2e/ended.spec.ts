import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defer, filter, map, of, repeat } from 'rxjs';
import { describeWithConsul } from '../support/describeWithConsul.js';
import { first } from './support/contest.js';

const root = join(__dirname, '../..');
const pollIntervalMs = 20;

/** Resolves once something holds that another process brings about. */
const until = (holds: () => boolean): Promise<unknown> =>
  first(
    defer(() => of(holds())).pipe(
      repeat({ delay: pollIntervalMs }),
      filter(Boolean),
      map(() => undefined),
    ),
  );

/** The commands of the processes that have this folder in their environment. */
function processesOf(folder: string): readonly string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder)) return [];
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    });
}

const commands: Record<string, readonly string[]> = {
  bench: ['bench/main.mjs', '--only', 'handover', '--runs', '1000'],
  chaos: ['scripts/chaos.mjs', '--minutes', '5'],
};

/** How far a command has come: its folder is there, or an agent of it runs. */
const moments: Record<string, (folder: string) => boolean> = {
  'it has a folder': (folder) => readdirSync(folder).length > 0,
  'its Consul runs': (folder) => processesOf(folder).some((line) => line.includes('consul agent')),
};

const ways: Record<string, (child: ChildProcess) => unknown> = {
  'SIGTERM to it alone': ({ pid }) => process.kill(pid!, 'SIGTERM'),
  'SIGINT to all in its terminal': ({ pid }) => process.kill(-pid!, 'SIGINT'),
};

describeWithConsul('a command that a signal ends leaves no process and no folder', () => {
  const cases = Object.keys(commands).flatMap((command) =>
    Object.keys(moments).flatMap((moment) =>
      Object.keys(ways).map((way) => [command, moment, way] as const),
    ),
  );

  it.each(cases)('%s, when %s, by %s', async (command, moment, way) => {
    const folder = mkdtempSync(join(tmpdir(), 'ended-'));
    const child = spawn(process.execPath, commands[command]!, {
      cwd: root,
      detached: true,
      stdio: 'ignore',
      env: { ...process.env, TMPDIR: folder },
    });
    const gone = once(child, 'exit');
    await until(() => moments[moment]!(folder));
    ways[way]!(child);
    const [code] = (await gone) as [number];
    // Besides 130 and 143: what it waits for at that moment may have been ended by the signal, too.
    expect(code).not.toBe(0);
    await until(() => processesOf(folder).length === 0);
    expect(readdirSync(folder)).toEqual([]);
    rmSync(folder, { recursive: true });
  });
});
