import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** The root of the project. */
export const root = resolve(__dirname, '../..');

/** What a command left: its status and everything that it printed. */
export interface Outcome {
  readonly status: number | null;
  readonly output: string;
}

/** Runs Node with a script and waits for it. */
export function runNode(cwd: string, ...args: readonly string[]): Outcome {
  return run(cwd, process.execPath, ...args);
}

/** Runs a command and waits for it. */
export function run(cwd: string, command: string, ...args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}`.trim() };
}

/** Runs the lines of a shell script, up to the first that fails, and waits for it. */
export function runShell(cwd: string, script: string): Outcome {
  return run(cwd, 'sh', '-e', '-c', script);
}

/** The tarball, and where it was installed; see `scripts/jestPackage.mjs`. */
export interface Packed {
  readonly file: string;
  readonly files: readonly string[];
  readonly unpackedSize: number;
  readonly consumer: string;
}

/** The tarball with a folder of one's own. */
export interface Tarball extends Packed {
  readonly folder: string;
}

/** The tarball as it was packed before the specs. */
export const packed = (): Packed => JSON.parse(process.env['PACKED'] ?? '{}') as Packed;

/**
 * The tarball for the specs of a `describe`, with a copy of the folder in which it is installed with rxjs and the
 * consumers. The copy is there while the specs run, and removed after them.
 */
export function tarballForSpecs(): Tarball {
  const tarball = { ...packed(), folder: '' };

  beforeAll(() => {
    tarball.folder = mkdtempSync(join(tmpdir(), 'tarball-'));
    tarball.consumer = join(tarball.folder, 'consumer');
    cpSync(packed().consumer, tarball.consumer, { recursive: true, verbatimSymlinks: true });
  });

  afterAll(() => {
    rmSync(tarball.folder, { recursive: true, force: true });
  });

  return tarball;
}
